namespace StatusHub.Domain.Incidents;

/// <summary>A provider's word in public on when its next word on an incident comes.</summary>
/// <param name="AnsweredAt">When its next public word on that incident was heard; null while there is none.</param>
public sealed record UpdatePromise(DateTimeOffset DueAt, DateTimeOffset? AnsweredAt)
{
    /// <summary>A word on what comes later than this after it is a plan, and nobody waits for it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Whether a word promises another: one on what is not over, for a time that is still to come when it is heard.</summary>
    public static bool IsMade(IncidentPhase phase, DateTimeOffset? nextUpdateBy, DateTimeOffset heardAt) =>
        phase < IncidentPhase.Resolved && nextUpdateBy > heardAt && nextUpdateBy <= heardAt + Longest;

    /// <summary>Whether the next word came by the promised time, or so little later.</summary>
    public bool IsKept(TimeSpan grace) => AnsweredAt <= DueAt + grace;
}
