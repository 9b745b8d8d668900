using System.Text.Json;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>An event's data, looked into without trust: events of others carry what they like, and what is not there or not as expected is null.</summary>
internal readonly record struct EventData
{
    /// <summary>Elements of one list that are looked at.</summary>
    public const int MaxItems = 50;

    private const int MaxDepth = 64;

    private readonly JsonElement _json;

    private EventData(JsonElement json) => _json = json;

    public static EventData Of(CloudEvent e)
    {
        if (e.Data is not { Kind: CloudEventDataKind.Json } data)
        {
            return default;
        }

        var reader = new Utf8JsonReader(data.Bytes.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return JsonElement.TryParseValue(ref reader, out var json) ? new EventData(json.Value) : default;
        }
        catch (JsonException)
        {
            return default; // nested deeper than anything we look for
        }
    }

    public EventData this[string name] =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var member) ? new EventData(member) : default;

    public string? Text
    {
        get
        {
            try
            {
                return _json.ValueKind == JsonValueKind.String ? _json.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                return null; // half a surrogate pair is no text
            }
        }
    }

    public bool? Flag => _json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public DateTimeOffset? Time => Text is { } text && CloudEvents.Syntax.Rfc3339.TryRead(text, out var at) ? at : null;

    public IEnumerable<EventData> Items => _json.ValueKind == JsonValueKind.Array ? _json.EnumerateArray().Take(MaxItems).Select(e => new EventData(e)) : [];
}
