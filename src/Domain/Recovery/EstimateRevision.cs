using StatusHub.Domain.Incidents;

namespace StatusHub.Domain.Recovery;

/// <summary>What was said at an instant about the end of one incident, as instants.</summary>
/// <param name="Similar">Past incidents that spoke, by weight.</param>
public sealed record EstimateRevision(
    DateTimeOffset At, IncidentPhase Phase, DateTimeOffset P10, DateTimeOffset P50, DateTimeOffset P80, DateTimeOffset P90, double Similar, bool IsLongerThanUsual)
{
    /// <summary>A median that moved less than this is the same news.</summary>
    private static readonly TimeSpan LeastMove = TimeSpan.FromMinutes(5);

    /// <summary>Nor one that moved less than this share of the time still to go.</summary>
    private const double LeastMoveShare = 0.25;

    public static EstimateRevision Of(RecoveryEstimate estimate, IncidentPhase phase, DateTimeOffset now) => new(
        now, phase, now + estimate.P10, now + estimate.P50, now + estimate.P80, now + estimate.P90, estimate.Similar, estimate.IsLongerThanUsual);

    /// <summary>Whether people should be told this instead of what they were told last.</summary>
    public bool Replaces(EstimateRevision? last)
    {
        if (last is null || last.Phase != Phase || (IsLongerThanUsual && !last.IsLongerThanUsual))
        {
            return true;
        }

        var moved = (P50 - last.P50).Duration();
        return moved >= LeastMove && moved >= (P50 - At) * LeastMoveShare;
    }
}
