using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StatusHub.Domain.Deliveries;
using StatusHub.Feed.Streams;

namespace StatusHub.Web.Api;

/// <summary>A subscription as its owner reads it: the object of the CloudEvents Subscriptions API, and how it is doing. Credentials cannot be read back.</summary>
/// <param name="Secret">The signing secret, <c>whsec_…</c>: in the answer to its creation and to its rotation, and never again.</param>
public sealed record SubscriptionJson(
    Guid Id,
    string Sink,
    string Protocol,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonNode? Protocolsettings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonNode? Types,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonNode? Filters,
    JsonNode? Config,
    SubscriptionStatusJson Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    /// <param name="head">Newest position of the log.</param>
    internal static SubscriptionJson Of(Subscription s, DeliveryStand stand, long head)
    {
        var d = JsonNode.Parse(s.Definition)!;
        return new SubscriptionJson(
            s.Id, (string)d["sink"]!, (string)d["protocol"]!, Taken(d, "protocolsettings"), Taken(d, "types"), (string?)d["source"], Taken(d, "filters"),
            Taken(d, "config"), SubscriptionStatusJson.Of(s, stand, head, d), Secret: null);
    }

    private static JsonNode? Taken(JsonNode definition, string name) => definition[name]?.DeepClone();
}

/// <summary>How a subscription is doing.</summary>
/// <param name="State"><c>awaiting_consent</c>, <c>active</c>, <c>disabled</c> or <c>ended</c>.</param>
/// <param name="Because">Why; null when nothing needs saying.</param>
/// <param name="Version">Goes up with every change.</param>
/// <param name="HasCredential">Whether deliveries carry an <c>Authorization</c>.</param>
/// <param name="ConsentUntil">Until when the receiver may still consent; null when it need not.</param>
/// <param name="AllowedRate">Deliveries a minute the receiver allows; null for any number.</param>
/// <param name="Cursor">Everything up to here is delivered, given up or not wanted.</param>
/// <param name="Lag">Events of the log behind that, wanted or not.</param>
/// <param name="Attempt">Attempts already made at what comes next.</param>
/// <param name="Filter">Types, source and filters as one list of filters that must all match; empty for everything.</param>
public sealed record SubscriptionStatusJson(
    string State,
    string? Because,
    DateTimeOffset Since,
    int Version,
    bool HasCredential,
    DateTimeOffset? ConsentUntil,
    int? AllowedRate,
    string Cursor,
    long Lag,
    int Attempt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? FailingSince,
    int Failures,
    JsonArray Filter,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static SubscriptionStatusJson Of(Subscription s, DeliveryStand stand, long head, JsonNode definition) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(s.State.ToString()), s.StateBecause, s.StateAt, s.Version, s.Credential is not null, s.ConsentUntil,
        s.AllowedRate, LogCursor.Of(stand.Position), Math.Max(0, head - stand.Position), stand.Attempt, stand.NextAt, stand.FailingSince, stand.Failures,
        Whole(definition), s.CreatedAt, s.UpdatedAt);

    private static JsonArray Whole(JsonNode definition)
    {
        var filters = new JsonArray();
        if (definition["types"] is JsonArray types)
        {
            filters.Add(new JsonObject
            {
                ["any"] = new JsonArray([.. types.Select(t => (JsonNode)new JsonObject { ["exact"] = new JsonObject { ["type"] = (string)t! } })]),
            });
        }

        if (definition["source"] is { } source)
        {
            filters.Add(new JsonObject { ["exact"] = new JsonObject { ["source"] = (string)source! } });
        }

        foreach (var filter in definition["filters"]?.AsArray() ?? [])
        {
            filters.Add(filter!.DeepClone());
        }

        return filters;
    }
}

/// <param name="NextCursor">Give it as <c>cursor</c> for the next page; null on the last.</param>
public sealed record SubscriptionListJson(IReadOnlyList<SubscriptionJson> Subscriptions, string? NextCursor);

/// <summary>The body of a create or replace; here for the API document, the requests themselves are read strictly.</summary>
public sealed record SubscriptionBody(
    string Sink, string Protocol, JsonObject? Protocolsettings, JsonObject? Sinkcredential, IReadOnlyList<string>? Types, string? Source, JsonArray? Filters,
    SubscriptionConfigBody? Config);

/// <param name="Format"><c>cloudevents</c>, <c>statuspage</c>, <c>slack</c>, <c>teams</c> or <c>discord</c>.</param>
/// <param name="Mode"><c>structured</c>, <c>binary</c> or <c>batch</c>.</param>
/// <param name="Startafter">A cursor of the feed; without one it starts now.</param>
public sealed record SubscriptionConfigBody(string? Name, string? Format, string? Mode, int? Maxbatchsize, string? Signature, string? Startafter);

/// <summary>One attempt at a delivery.</summary>
/// <param name="Cursor">Of the event; null for a test.</param>
/// <param name="Outcome">
/// <c>delivered</c>, <c>rejected</c>, <c>redirect</c>, <c>gone</c>, <c>refused</c>, <c>timed_out</c>, <c>not_connected</c>, <c>not_secure</c>, <c>name_not_found</c>,
/// <c>broken</c>, <c>expired</c>, <c>quarantined</c> or <c>unsendable</c>.
/// </param>
/// <param name="Millis">Real time it took.</param>
/// <param name="Answer">The first 200 bytes of what came back, as text.</param>
public sealed record AttemptJson(
    DateTimeOffset At, string? Cursor, string EventId, string EventType, int Attempt, string Outcome, int? Status, double Millis, DateTimeOffset? NextAt, string? Answer)
{
    internal static AttemptJson Of(AttemptLine a) => new(
        a.At, a.Position is { } position ? LogCursor.Of(position) : null, a.EventId, a.EventType, a.Number, a.Outcome, a.Status, Math.Round(a.Millis, 1), a.NextAt, a.Answer);
}

public sealed record AttemptListJson(IReadOnlyList<AttemptJson> Attempts, string? NextCursor);

/// <param name="Position">Names it in <c>deadletters/{position}/retry</c>.</param>
public sealed record DeadLetterJson(long Position, string EventId, string EventType, DateTimeOffset At, string Reason, int? Status, int Attempts)
{
    internal static DeadLetterJson Of(DeadLetterLine l) => new(l.Position, l.EventId, l.EventType, l.At, l.Reason, l.Status, l.Attempts);
}

public sealed record DeadLetterListJson(IReadOnlyList<DeadLetterJson> Deadletters, string? NextCursor);

/// <summary>What a subscription makes of what has happened.</summary>
/// <param name="Looked">Events the organisation may read that were looked at.</param>
/// <param name="Events">Newest first.</param>
public sealed record MatchesJson(int Looked, int Matched, IReadOnlyList<MatchJson> Events);

/// <param name="At">RFC 6901 pointer to the part of the subscription that kept the event out; null when it would be delivered.</param>
public sealed record MatchJson(
    string Id, string Source, string Type, string? Subject, DateTimeOffset Time, string Cursor, bool Matches,
    [property: JsonPropertyName("pointer")] string? At, string? Because);

/// <param name="After">A cursor of the feed: delivery goes on behind it.</param>
public sealed record ReplayBody(string After);

/// <param name="Last">How many of the newest events to look at; 100 without it.</param>
public sealed record MatchesBody(int? Last);
