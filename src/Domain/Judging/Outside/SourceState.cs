using System.Collections.Immutable;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>Requests and failures of five minutes, for display.</summary>
public readonly record struct Tally(DateTimeOffset From, long Requests, long Failed);

/// <summary>
/// What one reporter has said of one model: all its keys, sources and endpoints together, so that it counts once. Never changes;
/// <see cref="SourceRules"/> makes the next one.
/// </summary>
public sealed record SourceState
{
    /// <summary>CUSUM of each alternative in nats, before the present minute.</summary>
    public ImmutableArray<double> Before { get; init; } = [];

    /// <summary>The newest minute heard of, and what was counted in it.</summary>
    public DateTimeOffset? Minute { get; init; }

    public double MinuteRequests { get; init; }

    public double MinuteFailed { get; init; }

    /// <summary>The largest CUSUM with the present minute, in nats.</summary>
    public double WindowNats { get; init; }

    /// <summary>
    /// The same CUSUMs without the cap that holds for their weight: what an unconfirmed claim is judged by. And the largest of them, in nats, with the
    /// present minute.
    /// </summary>
    public ImmutableArray<double> ClaimedBefore { get; init; } = [];

    public double Claimed { get; init; }

    /// <summary>Failing share over the last minutes, smoothed; null before the first request.</summary>
    public double? Share { get; init; }

    public FailureClass Commonest { get; init; }

    /// <summary>Tempered requests and failures the usual share is learned from.</summary>
    public double UsualRequests { get; init; }

    public double UsualFailed { get; init; }

    /// <summary>Since when the windows have spoken for trouble.</summary>
    public DateTimeOffset? RaisedSince { get; init; }

    public DateTimeOffset? WindowAt { get; init; }

    /// <summary>Nats of the newest suspicion, and when it was said.</summary>
    public double SuspicionNats { get; init; }

    public DateTimeOffset? SuspicionAt { get; init; }

    /// <summary>When its present alarm must be confirmed, or was judged.</summary>
    public DateTimeOffset? AlarmSince { get; init; }

    public bool AlarmJudged { get; init; }

    /// <summary>What its last unconfirmed alarm cost; null when nothing is to be given back.</summary>
    public Forfeit? Forfeit { get; init; }

    /// <summary>What was heard in the last hour, for display.</summary>
    public ImmutableArray<Tally> Windows { get; init; } = [];

    public ImmutableArray<Tally> Suspicions { get; init; } = [];
}

/// <summary>Trust lost by an alarm nobody confirmed in time, given back if it proves true after all.</summary>
/// <param name="LookAt">When to look again whether it did.</param>
/// <param name="Until">When it is lost for good.</param>
public readonly record struct Forfeit(double Weight, DateTimeOffset LookAt, DateTimeOffset Until);

/// <summary>How much a reporter's word counts.</summary>
/// <param name="Weight">0 to 1; a newcomer counts in full, and what it can do is capped like everybody's.</param>
/// <param name="At">When the weight last changed, or quiet was last rewarded.</param>
public readonly record struct Trust(double Weight, DateTimeOffset At)
{
    public static Trust New(DateTimeOffset at) => new(1, at);
}
