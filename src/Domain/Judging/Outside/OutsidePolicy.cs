using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace StatusHub.Domain.Judging.Outside;

/// <summary>
/// Every number by which evidence of others counts. Where no other source is named, values come from the simulation of fused counts with local
/// faults and colluding liars, which the proofs of this folder repeat on this code: trimmed sums of capped, tempered CUSUMs (Page 1954; trimming
/// against dishonest sensors: Fellouris, Bayraktar and Lai).
/// </summary>
public sealed record OutsidePolicy
{
    public static OutsidePolicy Default { get; } = new();

    // One organisation about one model.

    /// <summary>Failing shares tried as alternatives to an organisation's own usual one.</summary>
    public ImmutableArray<double> FailingShares { get; init; } = [0.05, 0.20, 0.60];

    /// <summary>Correlation of one organisation's requests within a minute: n of them count as n / (1 + (n − 1)ρ).</summary>
    [Range(0.0, 1.0)]
    public double Correlation { get; init; } = 0.01;

    /// <summary>Most requests of one organisation counted a minute.</summary>
    [Range(1.0, 1e6)]
    public double MostRequestsAMinute { get; init; } = 500;

    /// <summary>Most nats (natural units of log-likelihood) one organisation moves its own sum by within a minute, whatever it sends.</summary>
    [Range(0.1, 100.0)]
    public double MostNatsAMinute { get; init; } = 4;

    /// <summary>Most nats one organisation ever weighs: ln 10,000.</summary>
    [Range(0.1, 100.0)]
    public double MostNats { get; init; } = 9.2;

    /// <summary>Nats of a suspicion, by severity: two to one, ten to one and thirty to one for trouble. It is a word, not a count.</summary>
    public ImmutableArray<double> SuspicionNats { get; init; } = [0.7, 2.3, 3.4];

    /// <summary>Seconds after which a window of requests, or a suspicion, says nothing about now.</summary>
    [Range(60.0, 86_400.0)]
    public double WindowCountsSeconds { get; init; } = 300;

    [Range(60.0, 86_400.0)]
    public double SuspicionCountsSeconds { get; init; } = 600;

    /// <summary>What comes later than this, in seconds after its own time, is no news; nothing it says opens or ends anything.</summary>
    [Range(60.0, 86_400.0)]
    public double LateAfterSeconds { get; init; } = 300;

    /// <summary>Longest window, in seconds, that says anything about now; longer ones are only shown.</summary>
    [Range(60.0, 86_400.0)]
    public double LongestWindowSeconds { get; init; } = 600;

    // The usual failing share of an organisation.

    [Range(0.0001, 0.5)]
    public double LeastUsualShare { get; init; } = 0.003;

    [Range(0.0001, 0.5)]
    public double MostUsualShare { get; init; } = 0.10;

    /// <summary>Requests (tempered) the usual share is remembered over.</summary>
    [Range(100.0, 1e7)]
    public double UsualMemory { get; init; } = 20_000;

    /// <summary>Prior of the usual share: so many failures in so many requests.</summary>
    [Range(0.01, 100.0)]
    public double UsualPriorFailures { get; init; } = 1;

    [Range(1.0, 1e5)]
    public double UsualPriorRequests { get; init; } = 200;

    /// <summary>Nats, before a minute, up to which it teaches the usual share.</summary>
    [Range(0.0, 10.0)]
    public double LearnsBelowNats { get; init; } = 2;

    /// <summary>After so many seconds a raised share that nobody else sees is this organisation's new usual one.</summary>
    [Range(60.0, 86_400.0)]
    public double NewUsualAfterSeconds { get; init; } = 1800;

    // All organisations together.

    /// <summary>With at least so many organisations the two largest are dropped and the rest must reach <see cref="AlarmOfMany"/>.</summary>
    [Range(3, 1000)]
    public int Many { get; init; } = 8;

    /// <summary>
    /// Measured with twelve organisations, 60 runs: 5 % failing is found in 2.8 minutes at 16 and in 3.0 at 18, an hour after they began to report. False
    /// alarms at 16 in three times thirty days with none, one and two liars: none.
    /// </summary>
    [Range(1.0, 1000.0)]
    public double AlarmOfMany { get; init; } = 16;

    /// <summary>With at least so many the largest is dropped and the rest must reach <see cref="AlarmOfSome"/>; fewer raise no alarm.</summary>
    [Range(3, 1000)]
    public int Some { get; init; } = 5;

    [Range(1.0, 1000.0)]
    public double AlarmOfSome { get; init; } = 16;

    /// <summary>An alarm is over when the trimmed sum falls below this share of its level.</summary>
    [Range(0.0, 1.0)]
    public double OverBelow { get; init; } = 0.5;

    /// <summary>Sum of all, nothing dropped, at which our own probes look closer: a lie costs a few probes, and one organisation's word alone is not enough.</summary>
    [Range(0.1, 1000.0)]
    public double LookCloserAt { get; init; } = 6;

    // Trust.

    /// <summary>
    /// Nats an organisation's requests must claim to be an alarm of its own, to be confirmed or paid for. By chance alone a CUSUM reaches h about once in
    /// e^h minutes (Lorden 1971): 8 nats are two days, and honest organisations paid for such chance until they weighed half; 16 are years.
    /// </summary>
    [Range(0.1, 100.0)]
    public double OwnAlarmAt { get; init; } = 16;

    /// <summary>Most nats claimed: an alarm is over soon after the requests succeed again.</summary>
    [Range(0.1, 1000.0)]
    public double MostClaimed { get; init; } = 24;

    /// <summary>
    /// Nats from which its requests see trouble: so much confirms another's alarm, and below it an alarm of its own is over. At 4 nats one of twelve sees
    /// something by chance within the hour, and two liars need no other friend.
    /// </summary>
    [Range(0.1, 10.0)]
    public double SeesAt { get; init; } = 8;

    /// <summary>Nats from which a suspicion is an alarm: it was said on purpose.</summary>
    [Range(0.1, 10.0)]
    public double WordIsAlarmAt { get; init; } = 1;

    /// <summary>Seconds in which our own probes, or two other organisations, must see the same.</summary>
    [Range(60.0, 86_400.0)]
    public double ConfirmedWithinSeconds { get; init; } = 600;

    [Range(1, 100)]
    public int ConfirmedByOthers { get; init; } = 2;

    /// <summary>What is left of an organisation's trust after an alarm nobody confirms.</summary>
    [Range(0.0, 1.0)]
    public double TrustAfterFalseAlarm { get; init; } = 0.7;

    /// <summary>
    /// Seconds in which an unconfirmed alarm that proves true after all gives back what it cost, and how often that is looked for: our own probes take
    /// twenty minutes and more to be sure of a few failing percent, and who saw it first must not pay for that.
    /// </summary>
    [Range(60.0, 86_400.0)]
    public double GivesBackWithinSeconds { get; init; } = 3600;

    [Range(10.0, 86_400.0)]
    public double GivesBackLooksEverySeconds { get; init; } = 300;

    /// <summary>Trust regained by a confirmed alarm, or…</summary>
    [Range(0.0, 1.0)]
    public double TrustRegained { get; init; } = 0.05;

    /// <summary>
    /// …by so many quiet seconds: a day. Over a week, an honest organisation with a fault of its own every ten days would sink to a quarter.
    /// </summary>
    [Range(3600.0, 1e7)]
    public double TrustRegainedEverySeconds { get; init; } = 86_400;

    public double AlarmLevel(int organisations) =>
        organisations >= Many ? AlarmOfMany : organisations >= Some ? AlarmOfSome : double.PositiveInfinity;

    public int Dropped(int organisations) => organisations >= Many ? 2 : 1;
}
