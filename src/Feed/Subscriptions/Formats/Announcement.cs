using System.Globalization;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>How an announcement feels: what colour it gets.</summary>
public enum Mood
{
    Neutral,
    Trouble,
    Worst,
    Better,
    Good,
}

/// <summary>What a chat message says of an event: what, since when, where to read on. Plain text: each chat system escapes for itself.</summary>
/// <param name="Lines">Short facts, one a line.</param>
/// <param name="Link">Absolute.</param>
public sealed record Announcement(string Title, string? Message, IReadOnlyList<string> Lines, Mood Mood, DateTimeOffset At, string Link)
{
    public const int MaxTitle = 140;
    public const int MaxMessage = 1_500;
    public const int MaxLine = 200;
    public const int MaxLines = 12;

    /// <summary>Stands before the title of everything that is only an exercise.</summary>
    public const string DrillMark = "DRILL";

    /// <summary>Null for events that say nothing to people.</summary>
    /// <param name="e">The logged event as others see it.</param>
    /// <param name="hubUrl">Without a trailing slash.</param>
    public static Announcement? Of(LoggedEvent logged, CloudEvent e, string hubUrl)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(e);
        var data = EventData.Of(e);
        var said = e.Type switch
        {
            EventTypes.Incident => Incident(logged, e, data, hubUrl),
            EventTypes.ModelStatus => ModelStatus(logged, data, hubUrl),
            EventTypes.Maintenance => Maintenance(logged, e, data, hubUrl),
            EventTypes.Official => Official(logged, e, data, hubUrl),
            EventTypes.Escalation => Escalation(logged, e, data, hubUrl),
            EventTypes.Objective => Objective(logged, data, hubUrl),
            EventTypes.Test => new Announcement(
                "Test of your subscription", data["message"].Text, [], Mood.Neutral, logged.Event.Time, hubUrl + "/feed"),
            _ => null,
        };
        var isDrill = e["drill"] == "true" || data["drill"].Flag == true;
        return said is null ? null : Fitted(isDrill ? said with { Title = $"{DrillMark}: {said.Title}" } : said);
    }

    internal static string Words(string wireName) => wireName.Replace('_', ' ');

    private static Announcement? Incident(LoggedEvent logged, CloudEvent e, EventData data, string hubUrl)
    {
        if (data["notify"].Flag == false)
        {
            return null; // bookkeeping of an incident that people were told of
        }

        var phase = data["phase"].Text ?? "investigating";
        var impact = data["impact"].Items.Where(i => i["model"].Text is not null).ToList();
        var mood = phase switch
        {
            "resolved" or "postmortem" => Mood.Good,
            "monitoring" => Mood.Better,
            _ => impact.Exists(i => i["status"].Text == "major_outage") ? Mood.Worst : Mood.Trouble,
        };
        List<string> lines = [$"Phase: {Words(phase)}", .. Since(data["startedAt"].Time)];
        lines.AddRange(impact.Select(i => $"{i["model"].Text}: {Words(i["status"].Text ?? "unknown")}"));
        if (data["resolvedAt"].Time is { } resolved)
        {
            lines.Add($"Resolved: {Clock(resolved)}");
        }

        var link = Guid.TryParse(data["incidentId"].Text, out var id) ? $"{hubUrl}/incidents/{id}" : ModelLink(e.Subject, hubUrl);
        return new(data["title"].Text ?? $"Incident of {e.Subject ?? e.Source}", data["message"].Text, lines, mood, logged.Event.Time, link);
    }

    private static Announcement? ModelStatus(LoggedEvent logged, EventData data, string hubUrl)
    {
        if (data["model"].Text is not { } model || data["status"].Text is not { } status)
        {
            return null;
        }

        var mood = status switch
        {
            "operational" => Mood.Good,
            "major_outage" => Mood.Worst,
            "unknown" or "under_maintenance" => Mood.Neutral,
            _ => Mood.Trouble,
        };
        string[] lines = [.. data["previous"].Text is { } before ? [$"Before: {Words(before)}"] : Array.Empty<string>(), .. Since(data["since"].Time)];
        return new($"{model}: {Words(status)}", null, lines, mood, logged.Event.Time, ModelLink(model, hubUrl));
    }

    private static Announcement Maintenance(LoggedEvent logged, CloudEvent e, EventData data, string hubUrl)
    {
        var (from, to) = WindowOf(data);
        string[] lines =
        [
            .. from is { } start ? [$"From: {Clock(start)}"] : Array.Empty<string>(),
            .. to is { } end ? [$"To: {Clock(end)}"] : Array.Empty<string>(),
            .. data["models"].Items.Select(m => m.Text).OfType<string>(),
        ];
        return new(data["title"].Text ?? $"Maintenance of {e.Subject ?? e.Source}", data["message"].Text, lines, Mood.Neutral, logged.Event.Time, ModelLink(e.Subject, hubUrl));
    }

    private static Announcement Official(LoggedEvent logged, CloudEvent e, EventData data, string hubUrl)
    {
        var status = data["status"].Text is { } said ? $" says: {Words(said)}" : " has changed";
        return new(
            $"The official status page of {e.Subject ?? "the provider"}{status}", data["message"].Text ?? data["title"].Text,
            [], Mood.Neutral, logged.Event.Time, ModelLink(e.Subject, hubUrl));
    }

    private static Announcement Escalation(LoggedEvent logged, CloudEvent e, EventData data, string hubUrl)
    {
        var phase = data["phase"].Text ?? data["state"].Text ?? "requested";
        string[] lines = data["deadline"].Time is { } deadline ? [$"Answer by: {Clock(deadline)}"] : [];
        return new(
            $"Escalation {Words(phase)}: {data["title"].Text ?? e.Subject ?? e.Source}", data["message"].Text ?? data["reason"].Text, lines,
            phase == "acknowledged" ? Mood.Better : Mood.Worst, logged.Event.Time, ModelLink(e.Subject, hubUrl));
    }

    private static Announcement Objective(LoggedEvent logged, EventData data, string hubUrl)
    {
        var (phase, name) = (data["phase"].Text, data["name"].Text ?? "An objective");
        return new(
            phase == "ended" ? $"{name}: the budget no longer burns too fast" : $"{name}: the budget burns too fast", data["reason"].Text,
            [.. data["model"].Text is { } model ? [$"Model: {model}"] : Array.Empty<string>(), .. Since(data["since"].Time)],
            phase == "ended" ? Mood.Good : phase == "worsened" ? Mood.Worst : Mood.Trouble, logged.Event.Time, hubUrl + "/console/objectives");
    }

    internal static (DateTimeOffset? From, DateTimeOffset? To) WindowOf(EventData data) =>
        (data["startsAt"].Time ?? data["window"]["start"].Time ?? data["window"]["startsAt"].Time,
            data["endsAt"].Time ?? data["window"]["end"].Time ?? data["window"]["endsAt"].Time);

    private static Announcement Fitted(Announcement said) => said with
    {
        Title = Cut(said.Title, MaxTitle),
        Message = said.Message is { } message ? Cut(message, MaxMessage) : null,
        Lines = [.. said.Lines.Take(MaxLines).Select(l => Cut(l, MaxLine))],
    };

    /// <summary>The beginning of a text, never half of a character.</summary>
    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return text[..end] + "…";
    }

    private static string[] Since(DateTimeOffset? at) => at is { } since ? [$"Since: {Clock(since)}"] : [];

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string ModelLink(string? subject, string hubUrl) =>
        Domain.Catalog.ModelId.TryParse(subject, out var model) ? $"{hubUrl}/models/{model.Value}" : hubUrl + "/";
}
