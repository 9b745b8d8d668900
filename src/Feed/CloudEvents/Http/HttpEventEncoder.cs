using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.CloudEvents.Http;

/// <summary>Puts events on an HTTP message: CloudEvents 1.0.2, HTTP binding.</summary>
public static class HttpEventEncoder
{
    // In lower case: there are receivers that take no other.
    private const string Utf8Charset = "; charset=utf-8";

    public static HttpEventMessage Structured(CloudEvent cloudEvent) =>
        new(JsonEventFormatter.MediaType + Utf8Charset, [], JsonEventFormatter.EncodeStructuredModeMessage(cloudEvent));

    /// <summary>Only for a receiver that asked for batches, and of the size it asked for.</summary>
    public static HttpEventMessage Batch(IEnumerable<CloudEvent> events) =>
        new(JsonEventFormatter.BatchMediaType + Utf8Charset, [], JsonEventFormatter.EncodeBatchModeMessage(events));

    /// <summary>Attributes in headers, the data as it is. JSON without a content type gets the one it implies.</summary>
    /// <exception cref="ArgumentException">
    /// The event is not valid, or <see cref="IsSendableBinary"/> says that its text would need another charset.
    /// </exception>
    public static HttpEventMessage Binary(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        if (cloudEvent.Validate() is { } error)
        {
            throw new ArgumentException($"{error.Path}: {error.Detail}", nameof(cloudEvent));
        }

        if (!IsSendableBinary(cloudEvent))
        {
            throw new ArgumentException("The text is held in UTF-8 and its content type says otherwise.", nameof(cloudEvent));
        }

        List<KeyValuePair<string, string>> headers = [new("ce-specversion", CloudEvent.SpecVersion)];
        AddSet(headers, AttributeNames.Id, cloudEvent.Id);
        AddSet(headers, AttributeNames.Source, cloudEvent.Source);
        AddSet(headers, AttributeNames.Type, cloudEvent.Type);
        AddSet(headers, AttributeNames.Subject, cloudEvent.Subject);
        AddSet(headers, AttributeNames.Time, cloudEvent.Time);
        AddSet(headers, AttributeNames.DataSchema, cloudEvent.DataSchema);
        foreach (var (name, value) in cloudEvent.Extensions)
        {
            AddSet(headers, name, value.Text);
        }

        var implied = cloudEvent.Data?.Kind == CloudEventDataKind.Json ? "application/json" : null;
        return new HttpEventMessage(cloudEvent.DataContentType ?? implied, headers, cloudEvent.Data?.Bytes ?? default);
    }

    /// <summary>Whether binary mode carries the data unchanged: text that was JSON's may name a charset it no longer is in.</summary>
    public static bool IsSendableBinary(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return cloudEvent.Data?.Kind is not (CloudEventDataKind.Text or CloudEventDataKind.Json)
            || cloudEvent.DataContentType is null
            || (MediaType.TryParse(cloudEvent.DataContentType, out var media) && media.IsUtf8);
    }

    /// <summary>
    /// The mode that arrives whole at receivers known to code headers wrongly, and that keeps no data apart from empty data:
    /// binary only where there is data and every header is plain.
    /// </summary>
    public static ContentMode SafestMode(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return cloudEvent.Data is { Bytes.IsEmpty: false }
            && IsSendableBinary(cloudEvent)
            && HeaderCoding.IsPlain(cloudEvent.Id)
            && HeaderCoding.IsPlain(cloudEvent.Source)
            && HeaderCoding.IsPlain(cloudEvent.DataSchema ?? "")
            && HeaderCoding.IsPlain(cloudEvent.Type)
            && HeaderCoding.IsPlain(cloudEvent.Subject ?? "")
            && cloudEvent.Extensions.All(e => e.Value.Type == CloudEventAttributeType.String && HeaderCoding.IsPlain(e.Value.Text))
                ? ContentMode.Binary
                : ContentMode.Structured;
    }

    private static void AddSet(List<KeyValuePair<string, string>> headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.Add(new("ce-" + name, HeaderCoding.EncodeHeaderValue(value)));
        }
    }
}
