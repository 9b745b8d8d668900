using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.CloudEvents.Http;

/// <summary>Reads events off an HTTP message: CloudEvents 1.0.2, HTTP binding, on requests and responses alike.</summary>
public static class HttpEventDecoder
{
    private const string Prefix = "ce-";
    private const string AnyEvent = "application/cloudevents";
    private const string AnyBatch = "application/cloudevents-batch";

    /// <summary>
    /// The mode a content type announces, by its beginning (section 3): whether the format behind it is known is another question.
    /// </summary>
    public static ContentMode ModeOf(string? contentType)
    {
        var type = contentType.AsSpan().TrimStart();
        return type.StartsWith(AnyBatch, StringComparison.OrdinalIgnoreCase) ? ContentMode.Batch
            : type.StartsWith(AnyEvent, StringComparison.OrdinalIgnoreCase) ? ContentMode.Structured
            : ContentMode.Binary;
    }

    /// <summary>The mode of a message with these headers.</summary>
    public static ContentMode ModeOf(IEnumerable<KeyValuePair<string, StringValues>> headers) => ModeOf(ContentTypesOf(headers).ToString());

    /// <summary>Reads whatever the message carries: one event, or a batch of any number, in order.</summary>
    /// <param name="headers">As the server gives them. In structured and batched mode only the content type counts.</param>
    /// <param name="body">The whole body; data are slices of it, so it is not to be reused before the events are done with.</param>
    /// <param name="limits">Of batches; null for none.</param>
    public static bool TryDecode(
        IEnumerable<KeyValuePair<string, StringValues>> headers,
        ReadOnlyMemory<byte> body,
        [NotNullWhen(true)] out IReadOnlyList<CloudEvent>? events,
        [NotNullWhen(false)] out CloudEventError? error,
        BatchLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(headers);
        events = null;
        var contentTypes = ContentTypesOf(headers);
        if (contentTypes.Count > 1)
        {
            error = AttributeRules.Repeated(AttributeNames.DataContentType);
            return false;
        }

        var contentType = contentTypes.Count == 0 ? null : contentTypes[0];
        var mode = ModeOf(contentType);
        error = mode == ContentMode.Binary ? null : FormatError(contentType!, mode);
        if (error is not null)
        {
            return false;
        }

        if (mode == ContentMode.Batch)
        {
            return JsonEventFormatter.TryDecodeBatchModeMessage(body, out events, out error, limits);
        }

        var isRead = mode == ContentMode.Structured
            ? JsonEventFormatter.TryDecodeStructuredModeMessage(body, out var cloudEvent, out error)
            : TryDecodeBinary(AttributesOf(headers), contentType, body, out cloudEvent, out error);
        events = isRead ? [cloudEvent!] : null;
        return isRead;
    }

    private static StringValues ContentTypesOf(IEnumerable<KeyValuePair<string, StringValues>> headers) =>
        headers is IHeaderDictionary named ? named.ContentType
            : headers.Where(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Aggregate(StringValues.Empty, (all, h) => StringValues.Concat(all, h.Value));

    private static List<KeyValuePair<string, StringValues>> AttributesOf(IEnumerable<KeyValuePair<string, StringValues>> headers) =>
        [.. headers.Where(h => h.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))];

    private static CloudEventError? FormatError(string contentType, ContentMode mode)
    {
        var spoken = mode == ContentMode.Batch ? JsonEventFormatter.BatchMediaType : JsonEventFormatter.MediaType;
        return contentType == spoken ? null // nearly always
            : !MediaType.TryParse(contentType, out var media) || $"{media.Type}/{media.Subtype}" != spoken
            ? CloudEventError.Of(CloudEventFault.UnsupportedFormat, $"Of the event formats only {spoken} is spoken here.")
            : media.IsUtf8 ? null
            : CloudEventError.Of(CloudEventFault.UnsupportedCharset, "Events are read in UTF-8 only.");
    }

    private static bool TryDecodeBinary(
        List<KeyValuePair<string, StringValues>> headers,
        string? contentType,
        ReadOnlyMemory<byte> body,
        [NotNullWhen(true)] out CloudEvent? cloudEvent,
        [NotNullWhen(false)] out CloudEventError? error)
    {
        cloudEvent = null;
        if (headers.Count == 0)
        {
            error = CloudEventError.Of(
                CloudEventFault.NotAnEvent, "Neither the content type of an event nor the headers of one: this is no CloudEvent.");
            return false;
        }

        var draft = new CloudEventDraft();
        error = null;
        foreach (var (key, values) in headers)
        {
            error ??= AddHeader(draft, key[Prefix.Length..].ToLowerInvariant(), values);
        }

        error ??= contentType is null ? null : draft.Add(AttributeNames.DataContentType, CloudEventValue.Of(contentType.Trim(' ', '\t')));
        return error is null && TryData(draft.DataContentType, body, out var data, out error) && draft.TryFinish(data, out cloudEvent, out error);
    }

    private static CloudEventError? AddHeader(CloudEventDraft draft, string name, StringValues values)
    {
        if (name == AttributeNames.DataContentType)
        {
            return CloudEventError.At(name, CloudEventFault.AttributeName, "The content type stands in Content-Type, not in a header of its own.");
        }

        if (values.Count > 1)
        {
            return AttributeRules.Repeated(name);
        }

        return HeaderCoding.TryDecodeHeaderValue(values.ToString(), out var text)
            ? draft.Add(name, CloudEventValue.Of(text))
            : CloudEventError.At(name, CloudEventFault.AttributeValue, "The header is not ASCII with whole quotes and percent-coded UTF-8.");
    }

    // The kind a body has in the JSON format. JSON is checked here, because from here on it is passed on as such.
    private static bool TryData(string? contentType, ReadOnlyMemory<byte> body, out CloudEventData? data, out CloudEventError? error)
    {
        error = null;
        data = null;
        if (body.IsEmpty)
        {
            // Senders give a content type where there is no data, and no body can tell none from empty.
            return true;
        }

        if (contentType is null || !MediaType.TryParse(contentType, out var media) || !media.IsUtf8)
        {
            data = CloudEventData.Binary(body);
        }
        else if (media.IsJson)
        {
            var json = body.Span.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body;
            data = CloudEventData.Json(json);
            error = IsJson(json.Span) ? null : CloudEventError.At(AttributeNames.Data, CloudEventFault.MalformedJson, "The body is not JSON in UTF-8.");
        }
        else
        {
            data = media.Type == "text" && Utf8.IsValid(body.Span) ? CloudEventData.Text(body) : CloudEventData.Binary(body);
        }

        return error is null;
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            // One level less than in an event: there the data is one deeper.
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonEventFormatter.MaxDepth - 1 });
            while (reader.Read())
            {
                reader.Skip();
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
