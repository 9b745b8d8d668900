namespace StatusHub.Domain.Recovery;

/// <summary>The normal distribution, exact enough far out in its tail that a ratio of two tails can be taken.</summary>
internal static class Normal
{
    private const double SeriesBelow = 2.5;
    private const int FractionTerms = 60;
    private const double TableEnd = 8;
    private const int TableSteps = 4_096; // linear between steps: off by less than 5e-7
    private static readonly double RootTwo = Math.Sqrt(2);
    private static readonly double[] Table = [.. Enumerable.Range(0, TableSteps + 2).Select(i => Above((2 * TableEnd * i / TableSteps) - TableEnd))];

    /// <summary>Probability of more than <paramref name="z"/> standard deviations.</summary>
    public static double Above(double z) => 0.5 * Erfc(z / RootTwo);

    /// <summary>The same from a table, for the many terms of a sum.</summary>
    public static double RoughlyAbove(double z)
    {
        if (z is <= -TableEnd or >= TableEnd)
        {
            return z < 0 ? 1 : 0;
        }

        var at = (z + TableEnd) * TableSteps / (2 * TableEnd);
        var step = (int)at;
        return Table[step] + ((at - step) * (Table[step + 1] - Table[step]));
    }

    private static double Erfc(double x) =>
        x < 0 ? 2 - Erfc(-x)
        : x < SeriesBelow ? 1 - ErfBySeries(x)
        : Math.Exp(-x * x) / Math.Sqrt(Math.PI) / ByFraction(x);

    // Maclaurin: converges fast where x is small.
    private static double ErfBySeries(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum) && n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    // x + (1/2)/(x + 1/(x + (3/2)/(x + …))), from the back.
    private static double ByFraction(double x)
    {
        var value = x;
        for (var n = FractionTerms; n >= 1; n--)
        {
            value = x + (n / 2.0 / value);
        }

        return value;
    }
}
