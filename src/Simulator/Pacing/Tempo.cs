namespace StatusHub.Simulator.Pacing;

/// <summary>When the tokens of one answer are due, in unscaled time after the request came.</summary>
/// <param name="FirstToken">The first one.</param>
/// <param name="PerToken">Between any two after it.</param>
public readonly record struct Pace(TimeSpan FirstToken, TimeSpan PerToken);

/// <summary>How long a model takes: the noise of a healthy one (scenarios/README.md) on top of its median.</summary>
public static class Tempo
{
    /// <summary>Standard deviation of the log of time to first token.</summary>
    public const double Sigma = 0.45;

    /// <summary>Share of slow outliers; their log factor is normal with <see cref="OutlierMean"/> and <see cref="OutlierSigma"/>.</summary>
    public const double OutlierShare = 0.03;
    public const double OutlierMean = 0.9;
    public const double OutlierSigma = 0.8;

    /// <summary>The daily rhythm's amplitude: a quarter slower at its peak, a quarter faster at its trough.</summary>
    public const double DailySwing = 0.25;

    /// <summary>UTC hour of the daily peak: afternoon in Europe, morning in America.</summary>
    public const double PeakHour = 15;

    /// <summary>No token is waited for longer than this, however unlucky the draw.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Factor of the hour on latency, 0.75 to 1.25.</summary>
    public static double DailyFactor(DateTimeOffset now) =>
        1 + (DailySwing * Math.Cos(2 * Math.PI * (now.UtcDateTime.TimeOfDay.TotalHours - PeakHour) / 24));

    /// <summary>Draws one answer's pace from the present medians: milliseconds and tokens a second.</summary>
    public static Pace Draw(double ttftMs, double tokensPerSecond, DateTimeOffset now, Random random)
    {
        var outlier = random.NextDouble() < OutlierShare;
        var normal = Normal(random);
        var noise = Math.Exp(outlier ? OutlierMean + (OutlierSigma * normal) : Sigma * normal);
        var first = Math.Min(ttftMs * noise * DailyFactor(now), Longest.TotalMilliseconds);
        var each = Math.Min(1_000 / tokensPerSecond, Longest.TotalMilliseconds);
        return new Pace(TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(each));
    }

    // Box–Muller; 1 - u keeps the logarithm away from zero.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
