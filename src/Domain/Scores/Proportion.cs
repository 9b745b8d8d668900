namespace StatusHub.Domain.Scores;

/// <summary>An interval of a share, both ends between 0 and 1.</summary>
public readonly record struct ShareInterval(double Low, double High)
{
    public bool Contains(double share) => Low <= share && share <= High;
}

public static class Proportion
{
    /// <summary>Two-sided 95 % of the normal distribution.</summary>
    public const double Z95 = 1.959964;

    /// <summary>Wilson's score interval (1927): fits near 0 and 1, where the textbook one leaves them.</summary>
    public static ShareInterval Wilson(double successes, double trials, double z = Z95)
    {
        if (trials <= 0)
        {
            return new(0, 1);
        }

        var share = successes / trials;
        var scale = 1 + (z * z / trials);
        var centre = (share + (z * z / (2 * trials))) / scale;
        var half = z * Math.Sqrt((share * (1 - share) / trials) + (z * z / (4 * trials * trials))) / scale;
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
