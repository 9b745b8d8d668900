namespace StatusHub.Domain.Judging;

/// <summary>
/// What is usual for a model's time to first token: on the logarithm, a level, its daily rhythm in 24 nodes, and four tracked quantiles of what
/// remains. Quantiles move by Robbins-Monro steps, so in the long run the nominal share lies above each, whatever the tail
/// (Gibbs and Candès 2021). Learns from calm observations only.
/// </summary>
public sealed class LatencyBaseline
{
    private readonly double[] hours = new double[24];
    private readonly double[] quantiles = new double[Levels.Length];
    private readonly double[] firstLogs = new double[WarmUp];
    private double level;
    private double spread;
    private double count;

    private static readonly double[] Levels = [0.5, 0.8, 0.95, 0.99];

    /// <summary>How densely observations lie at each quantile, in units of the spread: scales its steps.</summary>
    private static readonly double[] Density = [0.8, 0.8, 0.35, 0.1];

    /// <summary>Standard normal quantiles of <see cref="Levels"/>, the last widened for the heavy tail.</summary>
    private static readonly double[] StartAt = [0, 0.84, 1.7, 2.7];

    /// <summary>Observations before anything is said: ten minutes at the calm gap.</summary>
    public const int WarmUp = 20;

    private const double LeastSpread = 0.2, MostSpread = 0.9;
    private const double LevelGain = 0.005, HourGain = 0.01, LeastStep = 0.003, SpreadGain = 0.2;

    public bool IsWarm => count >= WarmUp;

    public LatencyBaseline Copy()
    {
        var copy = new LatencyBaseline { level = level, spread = spread, count = count };
        hours.CopyTo(copy.hours, 0);
        quantiles.CopyTo(copy.quantiles, 0);
        firstLogs.CopyTo(copy.firstLogs, 0);
        return copy;
    }

    /// <summary>Log slow-down against the usual median at that time of day; 0 is usual, ln 2 twice as slow.</summary>
    /// <param name="milliseconds">Time to first token.</param>
    /// <param name="at">Unix seconds.</param>
    public double Residual(double milliseconds, double at) => Math.Log(milliseconds) - Centre(at) - quantiles[0];

    /// <summary>
    /// The band it falls into. Bands are never narrower than the least spread makes them: where times hardly differ, a hundredth more is no news.
    /// </summary>
    public EvidenceClass BandOf(double milliseconds, double at)
    {
        if (!IsWarm)
        {
            return EvidenceClass.Untimed;
        }

        var rest = Math.Log(milliseconds) - Centre(at);
        var band = 0;
        while (band < quantiles.Length && rest > Math.Max(quantiles[band], quantiles[0] + (StartAt[band] * LeastSpread)))
        {
            band++;
        }

        return (EvidenceClass)band;
    }

    /// <summary>Median and 95th percentile usual at that time of day, in milliseconds; null before enough is known.</summary>
    public (double P50, double P95)? UsualMilliseconds(double at) =>
        IsWarm ? (Math.Exp(Centre(at) + quantiles[0]), Math.Exp(Centre(at) + quantiles[2])) : null;

    public void Learn(double milliseconds, double at)
    {
        var log = Math.Log(milliseconds);
        if (!IsWarm)
        {
            firstLogs[(int)count] = log;
            count++;
            if (IsWarm)
            {
                Start();
            }

            return;
        }

        count++;
        var rest = log - Centre(at);
        MoveCentre(Math.Clamp(rest - quantiles[0], -1, 1), at); // clipped: an outlier moves it by a bounded amount
        MoveQuantiles(rest);
    }

    /// <summary>Forgets how slow it used to be: what is seen next is the new usual.</summary>
    public void StartOver()
    {
        count = 0;
        Array.Clear(hours);
    }

    private void Start()
    {
        var sorted = firstLogs.Order().ToArray();
        level = sorted[WarmUp / 2];
        spread = Math.Clamp(1.4826 * sorted.Select(x => Math.Abs(x - level)).Order().ElementAt(WarmUp / 2), LeastSpread, MostSpread);
        for (var k = 0; k < quantiles.Length; k++)
        {
            quantiles[k] = StartAt[k] * spread;
        }
    }

    private void MoveCentre(double by, double at)
    {
        var (node, fraction) = Hour(at);
        level += Math.Max(LevelGain, 1 / count) * by;
        hours[node] += HourGain * (1 - fraction) * by;
        hours[(node + 1) % 24] += HourGain * fraction * by;
    }

    private void MoveQuantiles(double rest)
    {
        var step = Math.Max(LeastStep, 1 / (10 + (count / 4)));
        for (var k = 0; k < quantiles.Length; k++)
        {
            quantiles[k] += step * spread * (Levels[k] - (rest <= quantiles[k] ? 1 : 0)) / Density[k];
        }

        for (var k = 1; k < quantiles.Length; k++)
        {
            quantiles[k] = Math.Max(quantiles[k], quantiles[k - 1] + 0.001);
        }

        var wider = Math.Abs(rest - quantiles[0]) * 1.4826 > spread;
        spread = Math.Clamp(spread * (1 + (step * SpreadGain * (wider ? 1 : -1))), LeastSpread, MostSpread);
    }

    private double Centre(double at)
    {
        var (node, fraction) = Hour(at);
        return level + (hours[node] * (1 - fraction)) + (hours[(node + 1) % 24] * fraction);
    }

    private static (int Node, double Fraction) Hour(double at)
    {
        var hour = at / 3600 % 24;
        return ((int)hour, hour - (int)hour);
    }

    internal void Write(BinaryWriter to)
    {
        Numbers.Write(to, [level, spread, count]);
        Numbers.Write(to, hours);
        Numbers.Write(to, quantiles);
        Numbers.Write(to, IsWarm ? [] : firstLogs);
    }

    internal static LatencyBaseline Read(BinaryReader from)
    {
        var read = new LatencyBaseline { level = from.ReadDouble(), spread = from.ReadDouble(), count = from.ReadDouble() };
        Numbers.Read(from, read.hours);
        Numbers.Read(from, read.quantiles);
        Numbers.Read(from, read.IsWarm ? [] : read.firstLogs);
        return read;
    }
}
