using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Official;

/// <summary>What a provider's own page says at one moment, whatever it is made with.</summary>
/// <param name="Incidents">Those that are not over.</param>
public sealed record OfficialReport(IReadOnlyList<OfficialComponent> Components, IReadOnlyList<OfficialIncident> Incidents);

/// <param name="Id">As the page has it; names change, ids stay.</param>
public sealed record OfficialComponent(string Id, string Name, HealthState Status);

/// <param name="Status">How bad the page calls it.</param>
/// <param name="StartedAt">When the page says it began; null when it does not say.</param>
/// <param name="ComponentIds">What it hits; empty when the page does not say.</param>
/// <param name="NextUpdateBy">By when the page promises to say more; null when it does not say, or its format has no way to.</param>
public sealed record OfficialIncident(
    string Id, string Title, IncidentPhase Phase, HealthState Status, DateTimeOffset? StartedAt, IReadOnlyList<string> ComponentIds,
    DateTimeOffset? NextUpdateBy = null);
