using StatusHub.Domain.Escalations;

namespace StatusHub.Web.Console.Escalations;

/// <summary>Where an escalation stands, in a sentence for both sides.</summary>
public static class EscalationWords
{
    public static string Of(Escalation e, DateTimeOffset now) => e.State switch
    {
        EscalationState.Requested when now <= e.Deadline => $"{Clock(e.Deadline - now)} left to acknowledge, until {e.Deadline.UtcDateTime:HH:mm:ss} UTC",
        EscalationState.Requested => $"The deadline was {e.Deadline.UtcDateTime:HH:mm:ss} UTC",
        EscalationState.Acknowledged => $"Acknowledged by {e.AcknowledgedBy} at {e.AcknowledgedAt?.UtcDateTime:HH:mm:ss} UTC{(e.AcknowledgedAt > e.Deadline ? ", after the deadline" : "")}",
        EscalationState.Expired => $"Not acknowledged by {e.Deadline.UtcDateTime:HH:mm:ss} UTC. Every organisation of this hub was told",
        _ => "Over",
    };

    private static string Clock(TimeSpan left) => left.TotalHours >= 1 ? $"{(int)left.TotalHours}:{left:mm\\:ss}" : $"{left:mm\\:ss}";
}
