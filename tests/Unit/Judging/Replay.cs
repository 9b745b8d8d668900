using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>Plays a scenario through the judge, probing each model as often as the judge asks, and keeps every verdict that differs.</summary>
public sealed class Replay
{
    private readonly Dictionary<ModelId, List<(DateTimeOffset At, Verdict Verdict)>> stories = [];

    public static Replay Of(string scenario, int seed, Action<ModelId, Verdict, DateTimeOffset>? onVerdict = null) =>
        Of(new ScenarioWorld(scenario, seed), onVerdict);

    /// <param name="keep">Whether verdicts are kept to be read later; a month of them is much.</param>
    public static Replay Of(ScenarioWorld world, Action<ModelId, Verdict, DateTimeOffset>? onVerdict = null, bool keep = true)
    {
        var policy = JudgingPolicy.Default;
        var replay = new Replay();
        var states = world.Models.Keys.ToDictionary(m => m, m => (State: JudgeState.New(policy), Verdict: Verdict.Unmeasured(world.StartsAt)));
        var vantage = Vantage.Empty;
        var due = new PriorityQueue<(ModelId Model, Domain.Evidence.ProbeOutcome? Known), DateTimeOffset>();
        foreach (var (model, phase) in world.Models.Keys.Select((m, i) => (m, i)))
        {
            due.Enqueue((model, null), world.StartsAt.AddSeconds(4.3 * phase));
            replay.stories[model] = [];
        }

        while (due.TryDequeue(out var next, out var now) && now < world.EndsAt)
        {
            var (model, known) = next;
            if (known is null)
            {
                var sent = world.Probe(model, now, states[model].State.Phase == JudgedPhase.Calm);
                due.Enqueue((model, sent), sent.At);
                continue;
            }

            vantage = vantage.Observe(known);
            var step = Judge.Observe(states[model].State, states[model].Verdict, known, vantage, policy);
            states[model] = (step.State, step.Verdict);
            replay.Probes++;
            if (keep)
            {
                replay.stories[model].Add((now, step.Verdict));
            }

            onVerdict?.Invoke(model, step.Verdict, now);
            var sendNext = known.StartedAt + step.NextGap;
            due.Enqueue((model, null), sendNext > now ? sendNext : now.AddSeconds(0.1));
        }

        return replay;
    }

    public IReadOnlyList<(DateTimeOffset At, Verdict Verdict)> Story(string model) => stories[ModelId.Parse(model)];

    public IEnumerable<ModelId> Models => stories.Keys;

    public int Probes { get; private set; }

    public (DateTimeOffset At, Verdict Verdict)? First(string model, Func<Verdict, bool> that, string? from = null) =>
        Story(model).Where(s => (from is null || s.At.TimeOfDay >= TimeSpan.Parse(from)) && that(s.Verdict)).Cast<(DateTimeOffset, Verdict)?>().FirstOrDefault();

    /// <summary>Changes only, one line each: what a person would read in a log.</summary>
    public IEnumerable<string> Changes(string model)
    {
        var last = "";
        foreach (var (at, v) in Story(model))
        {
            var now = $"{v.Status} {v.Phase} {v.Kind} {v.DominantFailure}";
            if (now != last && !(v.Phase == JudgedPhase.Suspected || last.Contains("Suspected", StringComparison.Ordinal) && v.Phase == JudgedPhase.Calm && v.Status == HealthState.Operational))
            {
                yield return $"{at:HH:mm:ss} {now} share {v.FailureShare:P1} worst {v.WorstShare:P0} x{v.SlowFactor:F1} since {v.Since:HH:mm:ss} trouble {v.TroubleSince:HH:mm:ss}";
            }

            last = now;
        }
    }
}
