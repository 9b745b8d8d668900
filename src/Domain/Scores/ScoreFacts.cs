using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Scores;

/// <summary>What the base grid saw of one model in one slice. Probes that failed by our own, the account's or a policy's fault are in none of the counts.</summary>
/// <param name="At">Its beginning.</param>
/// <param name="Probes">All that count.</param>
/// <param name="Failed">Brought no whole answer, by the provider's or the network's fault.</param>
/// <param name="Wrong">Brought a wrong answer, or another model's.</param>
/// <param name="Slow">Brought a right answer, too late.</param>
public readonly record struct ScoreSlice(DateTimeOffset At, int Probes, int Failed, int Wrong, int Slow)
{
    public DateTimeOffset End => At.AddSeconds(ScorePolicy.SliceSeconds);

    public int Good => Probes - Failed - Wrong - Slow;

    public double Bad => 1 - ((double)Good / Probes);
}

/// <summary>A stretch of time; the end is no longer in it.</summary>
public readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Seconds it has in common with another.</summary>
    public double Overlap(Stretch other) =>
        Math.Max(0, ((To < other.To ? To : other.To) - (From > other.From ? From : other.From)).TotalSeconds);
}

/// <summary>One model's part in one incident that was no drill.</summary>
/// <param name="To">Null while it lasts.</param>
/// <param name="DetectedAt">When we were sure.</param>
/// <param name="OfficialAt">When the provider first said so in public; null for never.</param>
public sealed record ScoredIncident(Guid Id, string Title, DateTimeOffset From, DateTimeOffset? To, DateTimeOffset DetectedAt, DateTimeOffset? OfficialAt, HealthState Worst);

/// <summary>All that is known of one model's week.</summary>
/// <param name="WatchedFrom">Its first verdict; before it there was nothing to miss.</param>
/// <param name="Slices">Those with a probe, oldest first.</param>
/// <param name="Unknown">When the judge could not tell.</param>
/// <param name="Maintenance">Windows announced long enough ahead.</param>
public sealed record ModelWeek(
    string Model, DateTimeOffset WatchedFrom, IReadOnlyList<ScoreSlice> Slices, IReadOnlyList<Stretch> Unknown, IReadOnlyList<Stretch> Maintenance,
    IReadOnlyList<ScoredIncident> Incidents);

/// <summary>What one incident cost in one week.</summary>
/// <param name="BadMinutes">Its time times the share failing above the usual; of a provider, averaged over its models.</param>
/// <param name="Outage">Whether it was an outage that we became sure of in this week: one to tell of.</param>
/// <param name="LeadSeconds">How long after we were sure the provider told of that outage in public, negative when it came first; null when it had not by the week's end.</param>
public sealed record IncidentCost(Guid Id, string Title, double BadMinutes, bool Outage = false, double? LeadSeconds = null);

/// <summary>
/// The raw figures of one subject's week, rounded as they are published: the score is made of these and of nothing else. Those of a
/// provider are the sums over its models.
/// </summary>
public sealed record ScoreFacts
{
    /// <summary>A model's id, or a provider's.</summary>
    public required string Subject { get; init; }

    /// <summary>Models it sums up; 1 for a model.</summary>
    public int Models { get; init; } = 1;

    public bool IsProvider => !Subject.Contains('/', StringComparison.Ordinal);

    /// <summary>Seconds of the week since the subject was known, announced maintenance left out.</summary>
    public double WatchedSeconds { get; init; }

    /// <summary>Seconds of those that were measured.</summary>
    public double MeasuredSeconds { get; init; }

    /// <summary>Seconds answered: each slice's length times the share of its probes that brought a whole answer.</summary>
    public double AnsweredSeconds { get; init; }

    /// <summary>Seconds answered rightly.</summary>
    public double RightSeconds { get; init; }

    /// <summary>Seconds answered rightly and in time.</summary>
    public double GoodSeconds { get; init; }

    /// <summary>Seconds of maintenance announced long enough ahead.</summary>
    public double MaintenanceSeconds { get; init; }

    /// <summary>Of those, measured ones.</summary>
    public double MaintenanceMeasuredSeconds { get; init; }

    /// <summary>Of those, good ones.</summary>
    public double MaintenanceGoodSeconds { get; init; }

    /// <summary>Base-grid probes of the measured time.</summary>
    public long Probes { get; init; }

    public long Failed { get; init; }

    public long Wrong { get; init; }

    public long Slow { get; init; }

    /// <summary>Seconds of outages after we were sure of them.</summary>
    public double TroubleSeconds { get; init; }

    /// <summary>Of those, seconds in which the provider had said so in public.</summary>
    public double ToldSeconds { get; init; }

    /// <summary>Outages we became sure of in the week.</summary>
    public int Outages { get; init; }

    /// <summary>Of those the provider told of in public: how long after we were sure, in seconds, the shortest first; negative where it came first.</summary>
    public IReadOnlyList<double> LeadSeconds { get; init; } = [];

    /// <summary>Times in the week by which the provider had promised its next public word on an incident. Of a provider alone: it is promised once for all models hit.</summary>
    public int PromisedUpdates { get; init; }

    /// <summary>Of those, the ones by which it came.</summary>
    public int KeptUpdates { get; init; }

    public IReadOnlyList<IncidentCost> Incidents { get; init; } = [];

    /// <summary>Probes outside incidents that were not good.</summary>
    public long UsualFailures { get; init; }

    /// <summary>Probes outside incidents.</summary>
    public long UsualProbes { get; init; }

    /// <summary>This week and those before it, for the forecast.</summary>
    public ReliabilityHistory History { get; init; } = new(0, [], 0, 0);

    /// <summary>Measured weeks of its average model.</summary>
    public double Weeks => MeasuredSeconds / IsoWeek.Seconds / Models;
}
