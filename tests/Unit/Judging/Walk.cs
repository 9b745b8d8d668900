using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>One model probed as the judge asks, outcome by outcome.</summary>
internal sealed class Walk
{
    public static readonly ModelId Model = ModelId.Parse("anthropic/claude-opus-4-8");
    private readonly Random chance = new(5);
    private readonly Random pace = new(6);
    private Vantage vantage = Vantage.Empty;

    public JudgeState State { get; private set; } = JudgeState.New(JudgingPolicy.Default);

    public DateTimeOffset Now { get; set; } = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    public Verdict Verdict { get; set; } = Verdict.Unmeasured(new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero));

    public TimeSpan Gap { get; private set; }

    public double Slow { get; set; } = 1;

    /// <summary>How many times longer than usual it is from token to token.</summary>
    public double Drag { get; set; } = 1;

    /// <summary>By how much of itself the time from token to token differs, either way.</summary>
    public double Jitter { get; init; } = 0.3;

    /// <summary>A model of another provider, probed a moment before ours.</summary>
    public ModelId? Other { get; init; }

    /// <summary>How the other one fails while ours does.</summary>
    public FailureClass OtherFails { get; init; }

    public Verdict Probe(int times = 1, FailureClass failure = FailureClass.None, ProbeRung rung = ProbeRung.ContentCheck, string region = "default")
    {
        for (var i = 0; i < times; i++)
        {
            if (Other is { } other)
            {
                vantage = vantage.Observe(Outcome(other, Now, failure == FailureClass.None ? FailureClass.None : OtherFails, rung));
            }

            var outcome = Outcome(Model, Now, failure, rung, 500 * Slow * Math.Exp(0.3 * ((2 * chance.NextDouble()) - 1)), region, 20 * Drag * Math.Exp(Jitter * ((2 * pace.NextDouble()) - 1)));
            vantage = vantage.Observe(outcome);
            var step = Judge.Observe(State, Verdict, outcome, vantage, JudgingPolicy.Default);
            (State, Verdict, Gap) = (step.State, step.Verdict, step.NextGap);
            Now += step.NextGap;
        }

        return Verdict;
    }

    public Verdict Until(Func<Verdict, bool> that, FailureClass failure)
    {
        for (var i = 0; i < 100 && !that(Verdict); i++)
        {
            Probe(1, failure);
        }

        return that(Verdict) ? Verdict : throw new InvalidOperationException("a hundred probes did not lead there");
    }

    public static ProbeOutcome Outcome(
        ModelId model, DateTimeOffset at, FailureClass failure, ProbeRung rung, double ttftMs = 500, string region = "default", double tokenMs = 20) => new()
        {
            Id = Guid.CreateVersion7(at),
            OrgId = Guid.Empty,
            EndpointId = Guid.Empty,
            Model = model,
            Region = region,
            Rung = rung,
            StartedAt = at,
            At = at.AddSeconds(0.5),
            Failure = failure,
            HttpStatus = FailureClasses.BlameOf(failure) == Blame.Network ? null : 200,
            OutputTokens = 5,
            Timings = failure == FailureClass.None ? new() { FirstTokenMs = ttftMs, LastTokenMs = ttftMs + (4 * tokenMs), TotalMs = 500 } : new() { TotalMs = 500 },
        };
}
