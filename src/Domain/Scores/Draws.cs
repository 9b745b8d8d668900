namespace StatusHub.Domain.Scores;

/// <summary>Draws from distributions, from a source of chance that the caller seeds.</summary>
internal static class Draws
{
    public static double Normal(Random chance) =>
        Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    /// <summary>Gamma of a shape and scale 1, by Marsaglia and Tsang (2000).</summary>
    public static double Gamma(double shape, Random chance)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1, chance) * Math.Pow(1 - chance.NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(chance);
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - chance.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>Poisson of a small mean (a week's incidents), by multiplying until it is below the chance of none.</summary>
    public static int Poisson(double mean, Random chance)
    {
        var none = Math.Exp(-Math.Min(mean, MostMean));
        var count = 0;
        for (var product = 1 - chance.NextDouble(); product > none; product *= 1 - chance.NextDouble())
        {
            count++;
        }

        return count;
    }

    private const double MostMean = 500;
}
