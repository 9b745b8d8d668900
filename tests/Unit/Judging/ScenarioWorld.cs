using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;

namespace StatusHub.Unit.Judging;

/// <summary>A scenario file as a source of probe outcomes: the faults it names, drawn with seeded chance, without any wire.</summary>
public sealed class ScenarioWorld
{
    private readonly Random chance;
    private readonly Random pace;
    private readonly List<Phase> phases;

    public const double HealthyFailures = 0.005, Sigma = 0.45, OutlierShare = 0.03, DailyRhythm = 0.25, UsualMs = 500, UsualTokenMs = 16;

    private const int AnswerTokens = 5;

    private sealed record Phase(DateTimeOffset From, DateTimeOffset To, HashSet<string> Targets, string? Domain, JsonElement Faults);

    public ScenarioWorld(string name, int seed)
    {
        chance = new Random(seed);
        pace = new Random(seed + 1_000); // apart, so that what is drawn of answers does not hang on it
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "scenarios", name + ".json")));
        var root = file.RootElement.Clone();
        StartsAt = root.GetProperty("startsAt").GetDateTimeOffset();
        EndsAt = root.GetProperty("endsAt").GetDateTimeOffset();
        Models = root.GetProperty("models").EnumerateArray().ToDictionary(
            m => ModelId.Parse(m.GetProperty("id").GetString()!),
            m => m.GetProperty("domains").EnumerateArray().Select(d => d.GetString()!).ToArray());
        phases = [.. root.GetProperty("phases").EnumerateArray().Select(p => new Phase(
            p.GetProperty("at").GetDateTimeOffset(),
            p.GetProperty("at").GetDateTimeOffset().AddMinutes(p.GetProperty("minutes").GetDouble()),
            p.TryGetProperty("targets", out var t) ? [.. t.EnumerateArray().Select(x => x.GetString()!)] : [],
            p.TryGetProperty("domain", out var d) ? d.GetString() : null,
            p.GetProperty("faults")))];
    }

    /// <summary>Seven healthy models and nothing else.</summary>
    public static ScenarioWorld Calm(TimeSpan length, int seed)
    {
        var world = new ScenarioWorld("our-network", seed);
        world.phases.Clear();
        world.EndsAt = world.StartsAt + length;
        return world;
    }

    /// <summary>Seven healthy models, each with blips: 90 % failing, of exponential length, at random.</summary>
    public static ScenarioWorld Blips(TimeSpan length, int seed, double perDay, double meanSeconds)
    {
        var world = Calm(length, seed);
        var luck = new Random(seed);
        double Wait(double mean) => -mean * Math.Log(1 - luck.NextDouble());
        using var faults = JsonDocument.Parse("""{"errorRate":0.9,"errorStatus":500}""");
        foreach (var model in world.Models.Keys)
        {
            for (var at = world.StartsAt.AddDays(Wait(1 / perDay)); at < world.EndsAt; at = at.AddDays(Wait(1 / perDay)))
            {
                world.phases.Add(new(at, at.AddSeconds(Wait(meanSeconds)), [model.Value], null, faults.RootElement.Clone()));
            }
        }

        return world;
    }

    public DateTimeOffset StartsAt { get; }

    public DateTimeOffset EndsAt { get; private set; }

    public IReadOnlyDictionary<ModelId, string[]> Models { get; }

    /// <summary>What a probe of the model sent now comes to.</summary>
    public ProbeOutcome Probe(ModelId model, DateTimeOffset now, bool baseGrid)
    {
        var active = phases.Where(p => now >= p.From && now < p.To
            && (p.Targets.Contains(model.Value) || (p.Domain is not null && Models[model].Contains(p.Domain)))).Select(p => p.Faults).ToList();
        var slow = active.Aggregate(1.0, (x, f) => x * Number(f, "ttftMultiplier", 1));
        var (failure, status, seconds) = Draw(active);
        var ttft = UsualMs * slow * Math.Exp((DailyRhythm * Math.Sin(2 * Math.PI * (now.TimeOfDay.TotalDays - 0.3))) + Noise());
        var token = UsualTokenMs / active.Aggregate(1.0, (x, f) => x * Number(f, "tokensPerSecondMultiplier", 1)) * Math.Exp(Sigma * Normal(pace));
        var took = failure == FailureClass.None ? (ttft + 300) / 1000 : seconds;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            OrgId = Guid.Empty,
            EndpointId = EndpointOf(model),
            Model = model,
            Region = "default",
            Rung = ProbeRung.ContentCheck,
            StartedAt = now,
            At = now.AddSeconds(took),
            Failure = failure,
            HttpStatus = status,
            BaseGrid = baseGrid,
            OutputTokens = AnswerTokens,
            Timings = failure == FailureClass.None ? new() { ConnectMs = 20, TlsMs = 40, HeadersMs = ttft - 5, FirstTokenMs = ttft, LastTokenMs = ttft + ((AnswerTokens - 1) * token), TotalMs = took * 1000 } : new() { TotalMs = took * 1000 },
        };
    }

    private (FailureClass Failure, int? Status, double Seconds) Draw(List<JsonElement> active)
    {
        foreach (var faults in active)
        {
            if (Happens(Number(faults, "connectFailRate")))
            {
                return (FailureClass.Connect, null, 3);
            }

            if (Happens(Number(faults, "errorRate")))
            {
                var status = (int)Number(faults, "errorStatus", 500);
                return (ClassOf(status), status, 0.3);
            }

            foreach (var (rate, failure, seconds) in new[]
            {
                ("stallRate", FailureClass.StreamStall, 15.0), ("cutRate", FailureClass.StreamCut, 1.0),
                ("inStreamErrorRate", FailureClass.InStreamError, 1.0), ("wrongContentRate", FailureClass.WrongContent, 1.0),
            })
            {
                if (Happens(Number(faults, rate)))
                {
                    return (failure, 200, seconds);
                }
            }
        }

        return Happens(HealthyFailures) ? (FailureClass.ServerError, 500, 0.3) : (FailureClass.None, 200, 0);
    }

    private static FailureClass ClassOf(int status) => status switch
    {
        401 => FailureClass.Auth,
        429 => FailureClass.RateLimited,
        503 or 529 => FailureClass.Overloaded,
        _ => FailureClass.ServerError,
    };

    private double Noise() => Happens(OutlierShare) ? 0.9 + (0.8 * Normal()) : Sigma * Normal();

    private double Normal() => Normal(chance);

    private static double Normal(Random of) => Math.Sqrt(-2 * Math.Log(1 - of.NextDouble())) * Math.Cos(2 * Math.PI * of.NextDouble());

    private bool Happens(double share) => chance.NextDouble() < share;

    private static double Number(JsonElement faults, string name, double otherwise = 0) => faults.TryGetProperty(name, out var x) ? x.GetDouble() : otherwise;

    private static Guid EndpointOf(ModelId model) => new([.. System.Text.Encoding.UTF8.GetBytes(model.Value.PadRight(16))[^16..]]);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "scenarios")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no scenarios folder above the tests");
        }

        return folder.FullName;
    }
}
