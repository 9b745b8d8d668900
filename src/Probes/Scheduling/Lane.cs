using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Probes.Pacing;

namespace StatusHub.Probes.Scheduling;

/// <summary>One endpoint on its way through time: what it is, how it fared, when it is probed next. Safe to use from several flows.</summary>
internal sealed class Lane(Endpoint endpoint)
{
    // Timers fire a little early or late: a probe within this share of the interval still belongs to the grid.
    private const double GridTolerance = 0.9;

    private readonly Lock _gate = new();
    private PaceState _pace = new();
    private DateTimeOffset? _lastOnGrid;
    private ProbePlan _plan = new(TimeSpan.FromSeconds(endpoint.IntervalSeconds), endpoint.Probe, endpoint.PausedBecause);
    private DateTimeOffset? _askedAt;
    private int _inFlight;

    public Endpoint Endpoint { get; private set; } = endpoint;

    /// <summary>The gap the trigger is set to; the schedule's own note.</summary>
    public TimeSpan ScheduledGap { get; set; }

    public ProbePlan Plan
    {
        get
        {
            lock (_gate)
            {
                return _plan;
            }
        }
    }

    public TimeSpan CalmGap => TimeSpan.FromSeconds(Endpoint.IntervalSeconds);

    /// <summary>Whether what was learned of the endpoint still holds after its owner changed it: another key or place starts anew.</summary>
    public bool IsStillTrueOf(Endpoint changed) =>
        changed.Url == Endpoint.Url && changed.Dialect == Endpoint.Dialect && changed.Probe == Endpoint.Probe && changed.WireModel == Endpoint.WireModel
        && changed.Model == Endpoint.Model && changed.Credential.AsSpan().SequenceEqual(Endpoint.Credential);

    /// <summary>Takes over what its owner changed.</summary>
    public Lane Updated(Endpoint changed)
    {
        Endpoint = changed;
        return this;
    }

    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _inFlight) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>
    /// Whether a probe sent now belongs to the calm grid. Bursts probe in between; the grid goes on through them, so that scores
    /// may count it alone.
    /// </summary>
    public bool IsOnGrid(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_lastOnGrid is { } last && now - last < CalmGap * GridTolerance)
            {
                return false;
            }

            _lastOnGrid = now;
            return true;
        }
    }

    /// <summary>
    /// Whether it is to be probed at once because somebody suspects its model: each such question once, and never against what its provider or its
    /// account asked for. A day's budget that is spent leaves only what costs nothing, as in every plan.
    /// </summary>
    /// <param name="askedAt">When the question was asked, hub time.</param>
    public bool Wakes(DateTimeOffset askedAt)
    {
        lock (_gate)
        {
            var isNew = _askedAt is null || askedAt > _askedAt;
            _askedAt = isNew ? askedAt : _askedAt;
            return isNew && _plan.PausedBecause is null && _pace.Throttles == 0;
        }
    }

    /// <summary>Folds an outcome in and plans the next probe.</summary>
    /// <param name="siblings">Endpoints that probe the same model: in a burst they take turns.</param>
    /// <returns>The plan, and whether the reason to pause has changed.</returns>
    public (ProbePlan Plan, bool PauseChanged) Fold(ProbeOutcome outcome, Recorded recorded, JudgingPolicy policy, int siblings, DateTimeOffset now)
    {
        // A model nothing is known of yet is measured quickly: its first verdict should not take minutes.
        var wish = recorded.Verdict.Status == HealthState.Unknown ? TimeSpan.FromSeconds(policy.BurstGapSeconds) : recorded.NextGap;
        var hurried = wish < TimeSpan.FromSeconds(policy.CalmGapSeconds);
        var turns = wish * Math.Max(1, siblings);
        var wanted = hurried && turns < CalmGap ? turns : CalmGap;
        lock (_gate)
        {
            _pace = ProbePace.Fold(_pace, outcome);
            var before = _plan.PausedBecause;
            _plan = ProbePace.Next(_pace, wanted, CalmGap, Endpoint.Probe, Endpoint.Budget, now);
            return (_plan, (before is null) != (_plan.PausedBecause is null));
        }
    }
}
