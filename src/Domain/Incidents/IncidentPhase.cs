namespace StatusHub.Domain.Incidents;

/// <summary>The lifecycle people know: investigating → identified → monitoring → resolved → post-mortem.</summary>
public enum IncidentPhase : byte
{
    Investigating,
    Identified,
    Monitoring,
    Resolved,
    Postmortem,
}
