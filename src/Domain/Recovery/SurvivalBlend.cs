namespace StatusHub.Domain.Recovery;

/// <summary>
/// A survival curve from a lognormal prior and weighted durations in minutes. What still lasts is censored: it died at no known time, so its
/// weight follows the curve of the others from where it stands (Efron's redistribution to the right).
/// </summary>
internal sealed class SurvivalBlend(double priorWeight, double priorMean, double priorDeviation, double kernel)
{
    private const double ShortestMinutes = 1e-6;
    private const double LongestMinutes = 1e7;
    private const int Halvings = 36; // of thirty units of logarithm: a billionth of the answer

    private readonly List<(double Log, double Weight)> _ended = [];
    private readonly List<(double Minutes, double Weight)> _lasting = [];

    /// <summary>Sum of the weights of the durations, the prior not counted.</summary>
    public double Weight { get; private set; }

    public void Add(double minutes, double weight, bool lasts)
    {
        Weight += weight;
        if (lasts)
        {
            _lasting.Add((minutes, weight));
        }
        else
        {
            _ended.Add((Math.Log(Math.Max(minutes, ShortestMinutes)), weight));
        }
    }

    /// <summary>Chance of lasting longer than so many minutes.</summary>
    public double Survival(double minutes)
    {
        var ended = Ended(minutes);
        var all = priorWeight + _ended.Sum(e => e.Weight);
        var sum = ended;
        foreach (var (until, weight) in _lasting)
        {
            all += weight;
            sum += minutes <= until ? weight : weight * ended / Ended(until);
        }

        return sum / all;
    }

    /// <summary>Minutes after which it is over with a chance, given that it has lasted so long.</summary>
    public double Remaining(double elapsed, double chance)
    {
        var target = (1 - chance) * Survival(elapsed);
        double low = Math.Log(ShortestMinutes), high = Math.Log(LongestMinutes);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Survival(elapsed + Math.Exp(middle)) > target ? (middle, high) : (low, middle);
        }

        return Math.Exp(high);
    }

    private double Ended(double minutes)
    {
        var log = Math.Log(Math.Max(minutes, ShortestMinutes));
        var sum = priorWeight * Normal.Above((log - priorMean) / priorDeviation);
        foreach (var (at, weight) in _ended)
        {
            sum += weight * Normal.RoughlyAbove((log - at) / kernel);
        }

        return sum;
    }
}
