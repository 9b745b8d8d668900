namespace StatusHub.Probes.Connecting;

/// <summary>When one connection was made, as timestamps of the real clock; 0 for a mark not reached.</summary>
internal sealed class ConnectionMarks
{
    public long StartedAt { get; set; }

    public long ResolvedAt { get; set; }

    public long ConnectedAt { get; set; }

    public long SecuredAt { get; set; }
}
