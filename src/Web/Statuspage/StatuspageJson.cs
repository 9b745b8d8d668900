using System.Text.Json.Serialization;

namespace StatusHub.Web.Statuspage;

/// <summary>
/// The shapes of Atlassian Statuspage's public API v2, as its clients read them: snake_case, RFC 3339 with milliseconds and Z.
/// Ours beyond the convention stands under the one key <c>statushub</c>.
/// </summary>
public sealed record SummaryJson(
    PageJson Page,
    IReadOnlyList<ComponentJson> Components,
    IReadOnlyList<StatuspageIncidentJson> Incidents,
    [property: JsonPropertyName("scheduled_maintenances")] IReadOnlyList<StatuspageIncidentJson> ScheduledMaintenances,
    RollUpJson Status);

public sealed record StatusJson(PageJson Page, RollUpJson Status);

public sealed record ComponentsJson(PageJson Page, IReadOnlyList<ComponentJson> Components);

public sealed record IncidentsJson(PageJson Page, IReadOnlyList<StatuspageIncidentJson> Incidents);

public sealed record MaintenancesJson(
    PageJson Page,
    [property: JsonPropertyName("scheduled_maintenances")] IReadOnlyList<StatuspageIncidentJson> ScheduledMaintenances);

/// <param name="Id">12 base36 characters, derived from the public address.</param>
/// <param name="Url">Absolute.</param>
/// <param name="UpdatedAt">When anything shown last changed; not when the answer was made, so that a quiet page keeps its ETag.</param>
public sealed record PageJson(
    string Id,
    string Name,
    string Url,
    [property: JsonPropertyName("time_zone")] string TimeZone,
    [property: JsonPropertyName("updated_at")] DateTimeOffset UpdatedAt);

/// <param name="Indicator"><c>none</c>, <c>minor</c>, <c>major</c> or <c>critical</c>: strict clients know no other.</param>
public sealed record RollUpJson(string Indicator, string Description);

/// <param name="Status">One of Statuspage's five; see <see cref="StatuspageDocument.ComponentStatus"/> for a model whose state is unknown.</param>
/// <param name="Components">Ids of the members; on group rows only.</param>
public sealed record ComponentJson(
    string Id,
    string Name,
    string Status,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("updated_at")] DateTimeOffset UpdatedAt,
    int Position,
    string? Description,
    bool Showcase,
    [property: JsonPropertyName("start_date")] DateOnly? StartDate,
    [property: JsonPropertyName("group_id")] string? GroupId,
    [property: JsonPropertyName("page_id")] string PageId,
    bool Group,
    [property: JsonPropertyName("only_show_if_degraded")] bool OnlyShowIfDegraded,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Components,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ComponentExtra? Statushub);

/// <summary>What Statuspage has no words for.</summary>
/// <param name="Status">The true state, <c>unknown</c> included.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record ComponentExtra(string Model, string Status, DateTimeOffset Since, double Confidence, string? UnknownBecause);

/// <param name="Impact"><c>none</c>, <c>minor</c>, <c>major</c> or <c>critical</c>, from the worst state of any of its models.</param>
public sealed record StatuspageIncidentJson(
    string Id,
    string Name,
    string Status,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("updated_at")] DateTimeOffset UpdatedAt,
    [property: JsonPropertyName("monitoring_at")] DateTimeOffset? MonitoringAt,
    [property: JsonPropertyName("resolved_at")] DateTimeOffset? ResolvedAt,
    string Impact,
    string Shortlink,
    [property: JsonPropertyName("started_at")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("page_id")] string PageId,
    [property: JsonPropertyName("incident_updates")] IReadOnlyList<IncidentUpdateJson> IncidentUpdates,
    IReadOnlyList<ComponentJson> Components,
    IncidentExtra Statushub);

/// <param name="AffectedComponents">State changes this update announced; null when it announced none.</param>
public sealed record IncidentUpdateJson(
    string Id,
    string Status,
    string Body,
    [property: JsonPropertyName("incident_id")] string IncidentId,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("updated_at")] DateTimeOffset UpdatedAt,
    [property: JsonPropertyName("display_at")] DateTimeOffset DisplayAt,
    [property: JsonPropertyName("affected_components")] IReadOnlyList<AffectedComponentJson>? AffectedComponents,
    [property: JsonPropertyName("deliver_notifications")] bool DeliverNotifications,
    [property: JsonPropertyName("custom_tweet")] string? CustomTweet,
    [property: JsonPropertyName("tweet_id")] string? TweetId);

/// <param name="Code">The component's id.</param>
public sealed record AffectedComponentJson(
    string Code,
    string Name,
    [property: JsonPropertyName("old_status")] string OldStatus,
    [property: JsonPropertyName("new_status")] string NewStatus);

/// <summary>What only we know of an incident.</summary>
/// <param name="IncidentId">Its id in the v1 API and on the page.</param>
/// <param name="Confidence">Of the surest affected model's verdict, 0 to 1; null once resolved.</param>
public sealed record IncidentExtra(
    Guid IncidentId,
    Api.EtaJson? Eta,
    DateTimeOffset StartedAt,
    DateTimeOffset DetectedAt,
    DateTimeOffset? OfficialAt,
    double? LeadSeconds,
    string Kind,
    double? Confidence);
