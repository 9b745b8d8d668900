using StatusHub.Domain.Catalog;
using StatusHub.Domain.SharedFate;

namespace StatusHub.Unit.SharedFate;

/// <summary>
/// A made world: 24 models of six providers, one cloud two of them declare to share, and one routing layer of four models that nobody
/// declared. Everything follows from its seed.
/// </summary>
internal sealed class FateWorld
{
    public const int Models = 24;
    private const int OfAProvider = 4;
    private const double Week = 10_080;
    private static readonly int[] Hidden = [1, 6, 11, 18];
    private static readonly int[] OnCloud = [2, 3];

    public static readonly DateTimeOffset Begin = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly double[] _ownPerWeek;

    public FateWorld(int seed)
    {
        var chance = new Random(seed);
        _ownPerWeek = [.. Enumerable.Range(0, Models).Select(_ => 0.3 + (0.9 * chance.NextDouble()))];
        Seed = seed;
    }

    public int Seed { get; }

    public static ModelId Id(int model) => ModelId.Parse($"provider{ProviderOf(model)}/model{model}");

    public static int ProviderOf(int model) => model / OfAProvider;

    public static bool IsHidden(int model) => Hidden.Contains(model);

    public static bool IsDeclared(int a, int b) =>
        ProviderOf(a) == ProviderOf(b) || (OnCloud.Contains(ProviderOf(a)) && OnCloud.Contains(ProviderOf(b)));

    /// <summary>A history of so many weeks; another <paramref name="part"/> is another history of the same world.</summary>
    public IReadOnlyList<ModelFate> History(double weeks, int part)
    {
        var chance = new Random((Seed * 1_000) + part);
        var down = Enumerable.Range(0, Models).Select(_ => new List<(double From, double To)>()).ToArray();
        for (var m = 0; m < Models; m++)
        {
            Each(chance, _ownPerWeek[m], weeks, at => down[m].Add((at, at + Length(chance))));
        }

        for (var p = 0; p < Models / OfAProvider; p++)
        {
            Shared(chance, weeks, 0.4, [.. Enumerable.Range(p * OfAProvider, OfAProvider)], 0.8, down);
        }

        Shared(chance, weeks, 0.15, [.. Enumerable.Range(0, Models).Where(m => OnCloud.Contains(ProviderOf(m)))], 0.7, down);
        Shared(chance, weeks, 0.3, Hidden, 0.9, down);
        return [.. down.Select((d, m) => new ModelFate(Id(m), Domains(m), Merged(d)))];
    }

    private static HashSet<string> Domains(int model) => OnCloud.Contains(ProviderOf(model)) ? ["cloud"] : [];

    private static void Shared(Random chance, double weeks, double perWeek, int[] members, double hit, List<(double From, double To)>[] down) =>
        Each(chance, perWeek, weeks, at =>
        {
            var length = Length(chance);
            foreach (var m in members.Where(_ => chance.NextDouble() < hit))
            {
                var (from, to) = (at + Wait(chance, 2), at + (length * (0.7 + (0.6 * chance.NextDouble()))));
                if (to > from)
                {
                    down[m].Add((from, to));
                }
            }
        });

    private static void Each(Random chance, double perWeek, double weeks, Action<double> happens)
    {
        for (var at = Wait(chance, Week / perWeek); at < weeks * Week; at += Wait(chance, Week / perWeek))
        {
            happens(at);
        }
    }

    private static double Length(Random chance) => Math.Min(1_440, Math.Exp(3.8 + (1.2 * Normal(chance))));

    private static double Wait(Random chance, double mean) => -mean * Math.Log(1 - chance.NextDouble());

    private static double Normal(Random chance) =>
        Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    private static List<Outage> Merged(List<(double From, double To)> down)
    {
        var merged = new List<Outage>();
        foreach (var (from, to) in down.OrderBy(d => d.From))
        {
            var next = new Outage(Begin.AddMinutes(from), Begin.AddMinutes(to));
            if (merged.Count > 0 && next.From <= merged[^1].To)
            {
                merged[^1] = merged[^1] with { To = next.To > merged[^1].To ? next.To : merged[^1].To };
            }
            else
            {
                merged.Add(next);
            }
        }

        return merged;
    }
}
