using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.SharedFate;

/// <summary>A stretch of time a model was down.</summary>
public readonly record struct Outage(DateTimeOffset From, DateTimeOffset To)
{
    public double Minutes => (To - From).TotalMinutes;
}

/// <summary>What is known of one model's fate.</summary>
/// <param name="Domains">Failure domains it is declared to be in; its provider is one without being named.</param>
/// <param name="Outages">Oldest first, not overlapping, within the observed time.</param>
public sealed record ModelFate(ModelId Model, IReadOnlySet<string> Domains, IReadOnlyList<Outage> Outages);

/// <summary>That two models fail together though nothing declared says so.</summary>
/// <param name="CoFailures">Outages of one that the other shared.</param>
/// <param name="Outages">Outages of the one, whoever has the fewer.</param>
/// <param name="Lift">How many times more often than chance.</param>
/// <param name="Significance">Probability of so many by chance.</param>
public sealed record LearnedLink(ModelId A, ModelId B, int CoFailures, int Outages, double Lift, double Significance);

/// <summary>How likely models are down together: learned from history, shrunk to what is declared.</summary>
public sealed class CoFailure
{
    /// <summary>However long an outage, meeting another by chance is never taken for certain.</summary>
    private const double MostChance = 0.9;

    private readonly Dictionary<ModelId, int> _index;
    private readonly double[,] _downTogether;
    private readonly double[] _unavailability;
    private readonly IReadOnlyList<ModelFate> _models;
    private readonly FatePolicy _policy;

    private CoFailure(IReadOnlyList<ModelFate> models, double[,] downTogether, double[] unavailability, IReadOnlyList<LearnedLink> links, FatePolicy policy)
    {
        (_models, _downTogether, _unavailability, Links, _policy) = (models, downTogether, unavailability, links, policy);
        _index = models.Select((m, i) => (m.Model, i)).ToDictionary(p => p.Model, p => p.i);
    }

    /// <summary>Links nobody declared, the surest first.</summary>
    public IReadOnlyList<LearnedLink> Links { get; }

    /// <summary>Whether a model was there when it was last looked.</summary>
    public bool Knows(ModelId model) => _index.ContainsKey(model);

    /// <summary>Chance that a model is down at any time, 0 to 1.</summary>
    public double Unavailability(ModelId model) => _index.TryGetValue(model, out var i) ? _unavailability[i] : PriorUnavailability(_policy);

    /// <summary>Chance that <paramref name="other"/> is down while <paramref name="primary"/> is, 0 to 1. Of a model nobody knows, the prior.</summary>
    public double DownTogether(ModelId primary, ModelId other) =>
        _index.TryGetValue(primary, out var i) && _index.TryGetValue(other, out var j) ? _downTogether[i, j]
        : primary.Provider == other.Provider ? _policy.DeclaredPrior
        : _policy.UndeclaredAbove;

    /// <summary>Whether a model has failed too seldom for anything but what is declared to be said.</summary>
    public bool IsDeclaredOnly(ModelId model) => !_index.TryGetValue(model, out var i) || _models[i].Outages.Count < _policy.LeastOutages;

    /// <summary>The declared domains two models share, the provider as <c>provider:{id}</c>.</summary>
    public static IReadOnlyList<string> Shared(ModelFate a, ModelFate b) =>
        [.. a.Model.Provider == b.Model.Provider ? [$"provider:{a.Model.Provider}"] : Array.Empty<string>(), .. a.Domains.Where(b.Domains.Contains).Order(StringComparer.Ordinal)];

    /// <summary>Learns from the outages of an observed time.</summary>
    public static CoFailure Learn(IReadOnlyList<ModelFate> models, DateTimeOffset from, DateTimeOffset to, FatePolicy policy)
    {
        var observed = (to - from).TotalMinutes;
        var down = models.Select(m => m.Outages.Sum(o => o.Minutes)).ToArray();
        var (priorDown, priorObserved) = policy.UnavailabilityPrior;
        var unavailability = down.Select(minutes => (minutes + priorDown) / (observed + priorObserved)).ToArray();
        var together = new double[models.Count, models.Count];
        var tests = new List<LearnedLink>();
        for (var i = 0; i < models.Count; i++)
        {
            for (var j = 0; j < models.Count; j++)
            {
                if (i == j)
                {
                    together[i, j] = 1;
                    continue;
                }

                var shares = models[i].Outages.Select(o => Overlap(o, models[j].Outages)).ToArray();
                var prior = Shared(models[i], models[j]).Count > 0
                    ? policy.DeclaredPrior
                    : Math.Min(policy.UndeclaredMost, unavailability[j] + policy.UndeclaredAbove);
                together[i, j] = (shares.Sum() + (policy.PriorWeight * prior)) / (shares.Length + policy.PriorWeight);
                if (i < j)
                {
                    tests.Add(Test(models[i], models[j], shares, down[j], observed, policy));
                }
            }
        }

        var byModel = models.ToDictionary(m => m.Model);
        var links = Found(tests, policy).Where(l => Shared(byModel[l.A], byModel[l.B]).Count == 0).ToList();
        return new(models, together, unavailability, links, policy);
    }

    /// <summary>
    /// Were the two independent, an outage of the first would meet one of the second with a chance that grows with its length, and begin with one
    /// of the second with a chance that does not: so many meetings follow a Poisson-binomial law, whose tail is the significance. Two questions are asked of
    /// one pair, so the smaller tail counts double (Bonferroni).
    /// </summary>
    private static LearnedLink Test(ModelFate first, ModelFate second, double[] shares, double secondDown, double observed, FatePolicy policy)
    {
        var count = second.Outages.Count;
        var chances = first.Outages.Select(o => Math.Min(MostChance, (secondDown + (count * o.Minutes * 0.5)) / observed)).ToArray();
        var beginning = Math.Min(MostChance, 2 * policy.TogetherMinutes * count / observed);
        var met = shares.Count(s => s >= policy.CoFailureShare);
        var begun = first.Outages.Where((o, i) => shares[i] >= policy.CoFailureShare && BeginsWith(o, second.Outages, policy.TogetherMinutes)).Count();
        var significance = chances.Length == 0
            ? 1
            : Math.Min(1, 2 * Math.Min(Tail(chances, met), Tail([.. chances.Select(_ => beginning)], begun)));
        var expected = chances.Sum();
        return new(first.Model, second.Model, met, shares.Length, expected > 0 ? met / expected : 0, significance);
    }

    private static bool BeginsWith(Outage outage, IReadOnlyList<Outage> others, double minutes)
    {
        var near = TimeSpan.FromMinutes(minutes);
        for (var k = FirstEndingAfter(others, outage.From - near); k < others.Count && others[k].From <= outage.From + near; k++)
        {
            if (others[k].From >= outage.From - near)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Benjamini and Hochberg: of the links taken, so many at most are expected to be false.</summary>
    private static IEnumerable<LearnedLink> Found(List<LearnedLink> tests, FatePolicy policy)
    {
        var sorted = tests.OrderBy(t => t.Significance).ToList();
        var taken = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            taken = sorted[i].Significance <= policy.FalseDiscoveryRate * (i + 1) / sorted.Count ? i + 1 : taken;
        }

        return sorted.Take(taken).Where(t => t.CoFailures >= policy.LeastCoFailures);
    }

    /// <summary>Chance of at least so many successes in independent trials of different chances.</summary>
    private static double Tail(double[] chances, int least)
    {
        var of = new double[chances.Length + 1];
        of[0] = 1;
        for (var n = 0; n < chances.Length; n++)
        {
            for (var k = n + 1; k >= 1; k--)
            {
                of[k] = (of[k] * (1 - chances[n])) + (of[k - 1] * chances[n]);
            }

            of[0] *= 1 - chances[n];
        }

        return Math.Min(1, of.Skip(least).Sum());
    }

    /// <summary>Share of an outage that falls into another's down time, 0 to 1.</summary>
    private static double Overlap(Outage outage, IReadOnlyList<Outage> others)
    {
        var common = TimeSpan.Zero;
        for (var k = FirstEndingAfter(others, outage.From); k < others.Count && others[k].From < outage.To; k++)
        {
            var from = others[k].From > outage.From ? others[k].From : outage.From;
            var to = others[k].To < outage.To ? others[k].To : outage.To;
            common += to - from;
        }

        return outage.To > outage.From ? common / (outage.To - outage.From) : 0;
    }

    private static int FirstEndingAfter(IReadOnlyList<Outage> outages, DateTimeOffset at)
    {
        int low = 0, high = outages.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = outages[middle].To <= at ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static double PriorUnavailability(FatePolicy policy) => policy.UnavailabilityPrior.Down / policy.UnavailabilityPrior.Observed;
}
