using System.Globalization;
using System.Text.Json;
using StatusHub.Simulator.Dialects;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.StatusPages;

/// <summary>Writes <c>summary.json</c>: snake_case names, 12-character ids, times in milliseconds and UTC.</summary>
internal static class SummaryJson
{
    private static readonly DateTimeOffset Founded = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Write(OfficialPage page, string address) => WireText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("page");
        json.WriteString("id", Id(page.Provider));
        json.WriteString("name", Catalogue.ProviderName(page.Provider));
        json.WriteString("url", address);
        json.WriteString("time_zone", "Etc/UTC");
        json.WriteString("updated_at", Time(page.UpdatedAt));
        json.WriteEndObject();
        json.WriteStartArray("components");
        foreach (var (component, position) in page.Components.Select((c, i) => (c, i + 1)))
        {
            Component(json, page, component, position);
        }

        json.WriteEndArray();
        json.WriteStartArray("incidents");
        if (page.Incident is { } name)
        {
            Incident(json, page, name, address);
        }

        json.WriteEndArray();
        json.WriteStartArray("scheduled_maintenances");
        json.WriteEndArray();
        var (indicator, description) = RollUp([.. page.Components.Select(c => c.Status)]);
        json.WriteStartObject("status");
        json.WriteString("indicator", indicator);
        json.WriteString("description", description);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The roll-up of component statuses as Freshstatus documents it and Atlassian's own sample bears out.</summary>
    public static (string Indicator, string Description) RollUp(IReadOnlyList<string> statuses)
    {
        bool Any(string status) => statuses.Contains(status);
        bool All(string status) => statuses.Count > 0 && statuses.All(s => s == status);
        return 0 switch
        {
            _ when All("major_outage") => ("critical", "Major System Outage"),
            _ when Any("major_outage") || All("partial_outage") => ("major", "Partial System Outage"),
            _ when Any("partial_outage") => ("minor", "Minor Service Outage"),
            _ when All("degraded_performance") => ("minor", "Degraded System Service"),
            _ when Any("degraded_performance") => ("minor", "Partially Degraded Service"),
            _ when Any("under_maintenance") => ("maintenance", "Service Under Maintenance"),
            _ => ("none", "All Systems Operational"),
        };
    }

    private static void Component(Utf8JsonWriter json, OfficialPage page, OfficialComponent component, int position)
    {
        json.WriteStartObject();
        json.WriteString("id", Id(component.Model.Id.Value));
        json.WriteString("name", component.Model.Name);
        json.WriteString("status", component.Status);
        json.WriteString("created_at", Time(Founded));
        json.WriteString("updated_at", Time(page.UpdatedAt));
        json.WriteNumber("position", position);
        json.WriteNull("description");
        json.WriteBoolean("showcase", true);
        json.WriteString("start_date", "2024-01-01");
        json.WriteNull("group_id");
        json.WriteString("page_id", Id(page.Provider));
        json.WriteBoolean("group", false);
        json.WriteBoolean("only_show_if_degraded", false);
        json.WriteEndObject();
    }

    private static void Incident(Utf8JsonWriter json, OfficialPage page, string name, string address)
    {
        var (first, last) = (page.Updates[0], page.Updates[^1]);
        var id = Id($"{page.Provider} {Time(first.At)}");
        var affected = page.Components.Where(c => c.Status != "operational").ToArray();
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteString("status", last.Phase);
        json.WriteString("created_at", Time(first.At));
        json.WriteString("updated_at", Time(last.At));
        json.WriteString("monitoring_at", page.Updates.FirstOrDefault(u => u.Phase == "monitoring") is { } watched ? Time(watched.At) : null);
        json.WriteNull("resolved_at");
        json.WriteString("impact", Impact(page));
        json.WriteString("shortlink", $"{address}/incidents/{id}");
        json.WriteString("started_at", Time(first.At));
        json.WriteString("page_id", Id(page.Provider));
        json.WriteStartArray("incident_updates");
        for (var i = page.Updates.Count - 1; i >= 0; i--)
        {
            Update(json, page, id, i, affected);
        }

        json.WriteEndArray();
        json.WriteStartArray("components");
        foreach (var component in affected)
        {
            Component(json, page, component, page.Components.ToList().IndexOf(component) + 1);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Update(Utf8JsonWriter json, OfficialPage page, string incident, int i, OfficialComponent[] affected)
    {
        var update = page.Updates[i];
        var before = i == 0 ? "operational" : page.Updates[i - 1].Status;
        json.WriteStartObject();
        json.WriteString("id", Id($"{incident} {i}"));
        json.WriteString("status", update.Phase);
        json.WriteString("body", Words(update.Phase));
        json.WriteString("incident_id", incident);
        foreach (var name in (ReadOnlySpan<string>)["created_at", "updated_at", "display_at"])
        {
            json.WriteString(name, Time(update.At));
        }

        json.WriteStartArray("affected_components");
        foreach (var component in affected)
        {
            json.WriteStartObject();
            json.WriteString("code", Id(component.Model.Id.Value));
            json.WriteString("name", component.Model.Name);
            json.WriteString("old_status", before);
            json.WriteString("new_status", update.Status);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("deliver_notifications", true);
        json.WriteNull("custom_tweet");
        json.WriteNull("tweet_id");
        json.WriteEndObject();
    }

    private static string Impact(OfficialPage page) =>
        page.Updates.Any(u => u.Status == "major_outage") ? "critical"
        : page.Updates.Any(u => u.Status == "partial_outage") ? "major"
        : "minor";

    private static string Words(string phase) => phase switch
    {
        "identified" => "The cause has been found and a fix is being worked on.",
        "monitoring" => "A fix is in place and we are watching the results.",
        _ => "We are looking into elevated error rates.",
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // The same name always has the same id: 12 characters of 0-9a-z.
    private static string Id(string name)
    {
        const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
        var bits = ((ulong)(uint)Chance.StableHash(name) << 32) | (uint)Chance.StableHash(name + "#");
        return string.Create(12, bits, static (text, left) =>
        {
            foreach (ref var c in text)
            {
                (left, var digit) = Math.DivRem(left, 36UL);
                c = Alphabet[(int)digit];
            }
        });
    }
}
