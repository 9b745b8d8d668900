using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>The state of the whole page, in Statuspage's words.</summary>
/// <param name="Indicator"><c>none</c>, <c>minor</c>, <c>major</c> or <c>critical</c>.</param>
public sealed record PageStatus(string Indicator, string Description);

/// <summary>
/// The bodies of Statuspage's webhooks to subscribers: one for incidents, one for components, as captured from the real thing. An event carries
/// the newest update of its incident; so does the body.
/// </summary>
public static class StatuspageWebhooks
{
    private const int IdLength = 12;
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    private static readonly string[] Phases = ["investigating", "identified", "monitoring", "resolved", "postmortem", "scheduled", "in_progress", "verifying", "completed"];
    private static readonly string[] Statuses = ["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"];

    /// <summary>12 base36 characters, the same for the same thing on every node and after every restart.</summary>
    public static string IdOf(string kind, string name)
    {
        var rest = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{name}")));
        Span<char> id = stackalloc char[IdLength];
        for (var i = 0; i < IdLength; i++)
        {
            id[i] = Digits[(int)(rest % (ulong)Digits.Length)];
            rest /= (ulong)Digits.Length;
        }

        return new string(id);
    }

    /// <summary>Null for events Statuspage has no body for.</summary>
    public static JsonObject? Of(LoggedEvent logged, CloudEvent e, PageStatus page, string hubUrl)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(e);
        ArgumentNullException.ThrowIfNull(page);
        if (e["drill"] == "true" || EventData.Of(e)["drill"].Flag == true)
        {
            return null; // receivers of these bodies cannot see the mark and would wake somebody
        }

        var pageId = IdOf("page", hubUrl);
        var content = e.Type switch
        {
            EventTypes.Incident => Incident(logged, e, pageId, hubUrl),
            EventTypes.ModelStatus => Component(logged, e, pageId),
            EventTypes.Maintenance => Maintenance(logged, e, pageId, hubUrl),
            EventTypes.Test => Test(logged, pageId, hubUrl),
            _ => null,
        };
        if (content is null)
        {
            return null;
        }

        var body = new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["unsubscribe"] = hubUrl + "/subscribe",
                ["documentation"] = hubUrl + "/feed",
                ["generated_at"] = Time(logged.RecordedAt),
            },
            ["page"] = new JsonObject { ["id"] = pageId, ["status_indicator"] = page.Indicator, ["status_description"] = page.Description },
        };
        foreach (var (name, value) in content)
        {
            body[name] = value;
        }

        return body;
    }

    private static Dictionary<string, JsonNode> Incident(LoggedEvent logged, CloudEvent e, string pageId, string hubUrl)
    {
        var data = EventData.Of(e);
        var key = data["incidentId"].Text ?? e.Id;
        var began = data["detectedAt"].Time ?? data["startedAt"].Time ?? logged.Event.Time;
        var impact = data["impact"].Items.Where(i => i["model"].Text is not null).ToList();
        var incident = Shape(
            IdOf("incident", key), pageId, data["title"].Text ?? $"Incident of {e.Subject ?? e.Source}", PhaseOf(data["phase"].Text, "investigating"),
            ImpactOf(impact.Select(i => i["worst"].Text ?? i["status"].Text)),
            Guid.TryParse(key, out var id) ? $"{hubUrl}/incidents/{id}" : hubUrl + "/incidents", began, logged.Event.Time);
        incident["monitoring_at"] = Time(data["monitoringAt"].Time);
        incident["resolved_at"] = Time(data["resolvedAt"].Time);
        incident["incident_updates"] = new JsonArray(Update(logged, incident, data["message"].Text));
        incident["components"] = new JsonArray([.. impact.Select(i => ComponentOf(i["model"].Text!, StatusOf(i["status"].Text), pageId, began, logged.Event.Time))]);
        return new() { ["incident"] = incident };
    }

    private static Dictionary<string, JsonNode> Maintenance(LoggedEvent logged, CloudEvent e, string pageId, string hubUrl)
    {
        var data = EventData.Of(e);
        var (from, to) = Announcement.WindowOf(data);
        var incident = Shape(
            IdOf("incident", data["maintenanceId"].Text ?? e.Id), pageId, data["title"].Text ?? $"Maintenance of {e.Subject ?? e.Source}",
            PhaseOf(data["phase"].Text, "scheduled"), "maintenance", hubUrl + "/incidents", logged.Event.Time, logged.Event.Time);
        incident["scheduled_for"] = Time(from);
        incident["scheduled_until"] = Time(to);
        incident["incident_updates"] = new JsonArray(Update(logged, incident, data["message"].Text));
        incident["components"] = new JsonArray([.. data["models"].Items.Select(m => m.Text).OfType<string>()
            .Select(m => ComponentOf(m, "under_maintenance", pageId, logged.Event.Time, logged.Event.Time))]);
        return new() { ["incident"] = incident };
    }

    private static Dictionary<string, JsonNode> Test(LoggedEvent logged, string pageId, string hubUrl)
    {
        var incident = Shape(
            IdOf("incident", logged.Event.Id), pageId, "Test of your subscription", "resolved", "none", hubUrl + "/incidents", logged.Event.Time, logged.Event.Time);
        incident["resolved_at"] = Time(logged.Event.Time);
        incident["incident_updates"] = new JsonArray(Update(logged, incident, "This is a test of your subscription. Nothing is wrong."));
        incident["components"] = new JsonArray();
        return new() { ["incident"] = incident };
    }

    private static Dictionary<string, JsonNode>? Component(LoggedEvent logged, CloudEvent e, string pageId)
    {
        var data = EventData.Of(e);
        if (data["model"].Text is not { } model || data["status"].Text is not { } status)
        {
            return null;
        }

        var (before, after) = (StatusOf(data["previous"].Text), StatusOf(status));
        if (before == after)
        {
            return null; // unknown has no word of its own there, so nothing changed in theirs
        }

        var component = ComponentOf(model, after, pageId, logged.Event.Time, logged.Event.Time);
        return new()
        {
            ["component"] = component,
            ["component_update"] = new JsonObject
            {
                ["old_status"] = before,
                ["new_status"] = after,
                ["created_at"] = Time(logged.Event.Time),
                ["component_type"] = "Component",
                ["id"] = IdOf("update", e.Id),
                ["component_id"] = (string?)component["id"],
            },
        };
    }

    private static JsonObject Shape(
        string id, string pageId, string name, string status, string impact, string link, DateTimeOffset createdAt, DateTimeOffset updatedAt) => new()
        {
            ["name"] = name,
            ["status"] = status,
            ["created_at"] = Time(createdAt),
            ["updated_at"] = Time(updatedAt),
            ["monitoring_at"] = null,
            ["resolved_at"] = null,
            ["impact"] = impact,
            ["shortlink"] = link,
            ["postmortem_ignored"] = false,
            ["postmortem_body"] = null,
            ["postmortem_body_last_updated_at"] = null,
            ["postmortem_published_at"] = null,
            ["postmortem_notified_subscribers"] = false,
            ["postmortem_notified_twitter"] = false,
            ["backfilled"] = false,
            ["scheduled_for"] = null,
            ["scheduled_until"] = null,
            ["scheduled_remind_prior"] = false,
            ["scheduled_reminded_at"] = null,
            ["impact_override"] = null,
            ["scheduled_auto_in_progress"] = false,
            ["scheduled_auto_completed"] = false,
            ["id"] = id,
            ["page_id"] = pageId,
        };

    private static JsonObject Update(LoggedEvent logged, JsonObject incident, string? message) => new()
    {
        ["id"] = IdOf("update", logged.Event.Id),
        ["status"] = (string?)incident["status"],
        ["body"] = message ?? (string?)incident["name"],
        ["incident_id"] = (string?)incident["id"],
        ["created_at"] = Time(logged.Event.Time),
        ["updated_at"] = Time(logged.Event.Time),
        ["display_at"] = Time(logged.Event.Time),
        ["affected_components"] = null,
        ["deliver_notifications"] = true,
        ["custom_tweet"] = null,
        ["tweet_id"] = null,
    };

    private static JsonObject ComponentOf(string model, string status, string pageId, DateTimeOffset createdAt, DateTimeOffset updatedAt) => new()
    {
        ["status"] = status,
        ["name"] = model,
        ["created_at"] = Time(createdAt),
        ["updated_at"] = Time(updatedAt),
        ["position"] = 1,
        ["description"] = null,
        ["showcase"] = true,
        ["id"] = IdOf("model", model),
        ["page_id"] = pageId,
        ["group_id"] = IdOf("provider", model.Split('/')[0]),
    };

    /// <summary>Statuspage has no word for <em>unknown</em>: the mildest one that is neither green nor hushes stands for it.</summary>
    private static string StatusOf(string? status) => Statuses.Contains(status) ? status! : "degraded_performance";

    private static string PhaseOf(string? phase, string usual) => Phases.Contains(phase) ? phase! : usual;

    private static string ImpactOf(IEnumerable<string?> statuses) => statuses.Select(s => Array.IndexOf(Statuses, s)).Where(s => s < 4).DefaultIfEmpty(-1).Max() switch
    {
        3 => "critical",
        2 => "major",
        1 => "minor",
        _ => "none",
    };

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
