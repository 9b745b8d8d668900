using System.Buffers;
using StatusHub.Feed.CloudEvents.Syntax;

namespace StatusHub.Feed.CloudEvents;

/// <summary>What CloudEvents 1.0.2 asks of an event's attributes and of its data beside them.</summary>
internal static class AttributeRules
{
    private static readonly SearchValues<char> OfNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    public static CloudEventError? Check(CloudEvent e) =>
        Value(AttributeNames.Id, e.Id, CloudEventAttributeType.String)
        ?? Value(AttributeNames.Source, e.Source, CloudEventAttributeType.UriReference)
        ?? Value(AttributeNames.Type, e.Type, CloudEventAttributeType.String)
        ?? Value(AttributeNames.Subject, e.Subject, CloudEventAttributeType.String)
        ?? Value(AttributeNames.Time, e.Time, CloudEventAttributeType.Timestamp)
        ?? Value(AttributeNames.DataContentType, e.DataContentType, CloudEventAttributeType.String)
        ?? Value(AttributeNames.DataSchema, e.DataSchema, CloudEventAttributeType.Uri)
        ?? Extensions(e.Extensions)
        ?? ContentTypeAndData(e.DataContentType, e.Data);

    public static CloudEventError? Repeated(IReadOnlyList<CloudEventExtension> extensions)
    {
        if (extensions.Count < 2)
        {
            return null;
        }

        var met = new NamesMet();
        foreach (var extension in extensions)
        {
            if (!met.Add(extension.Name))
            {
                return Repeated(extension.Name);
            }
        }

        return null;
    }

    public static CloudEventError Repeated(string name) =>
        CloudEventError.At(name, CloudEventFault.RepeatedAttribute, "An attribute stands at most once.");

    // Section 3: lower-case letters and digits. 20 characters are advice, and a longer name is valid.
    public static CloudEventError? Name(string name) =>
        name.Length == 0 || name.AsSpan().ContainsAnyExcept(OfNames)
            ? CloudEventError.At(name, CloudEventFault.AttributeName, "An attribute's name is of the letters a to z and digits only.")
            : name == AttributeNames.Data
                ? CloudEventError.At(name, CloudEventFault.AttributeName, "No attribute is named data.")
                : null;

    private static CloudEventError? Value(string name, string? value, CloudEventAttributeType type) => value switch
    {
        null => null,
        "" => CloudEventError.At(name, CloudEventFault.AttributeValue, "The attribute is not empty where it is set."),
        _ => CanonicalText.Is(type, value) ? null : CloudEventError.At(name, CloudEventFault.AttributeValue, Expected(type)),
    };

    private static CloudEventError? Extensions(IReadOnlyList<CloudEventExtension> extensions)
    {
        for (var i = 0; i < extensions.Count; i++)
        {
            var (name, value) = extensions[i];
            var error = Name(name) ?? (AttributeNames.IsCore(name)
                ? CloudEventError.At(name, CloudEventFault.AttributeName, "No extension bears the name of a core attribute.")
                : CanonicalText.Is(value.Type, value.Text)
                    ? null
                    : CloudEventError.At(name, CloudEventFault.AttributeValue, Expected(value.Type)));
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static CloudEventError? ContentTypeAndData(string? contentType, CloudEventData? data)
    {
        MediaType? media = null;
        if (contentType is not null && !MediaType.TryParse(contentType, out media))
        {
            return CloudEventError.At(AttributeNames.DataContentType, CloudEventFault.AttributeValue, "A media type of RFC 2046 is expected.");
        }

        var isJson = media is null || media.IsJson;
        return (data?.Kind, isJson) switch
        {
            (CloudEventDataKind.Json, false) =>
                CloudEventError.At(AttributeNames.Data, CloudEventFault.Data, "Data of a content type other than JSON is a string or binary."),
            (CloudEventDataKind.Text, true) =>
                CloudEventError.At(AttributeNames.Data, CloudEventFault.Data, "Text bears a content type, and one that is not JSON."),
            _ => null,
        };
    }

    private static string Expected(CloudEventAttributeType type) => type switch
    {
        CloudEventAttributeType.UriReference => "A URI-reference of RFC 3986 is expected.",
        CloudEventAttributeType.Uri => "An absolute URI of RFC 3986 is expected.",
        CloudEventAttributeType.Timestamp => "A timestamp of RFC 3339 with its offset is expected.",
        CloudEventAttributeType.Integer => "A whole number of 32 bits is expected.",
        CloudEventAttributeType.Boolean => "true or false is expected.",
        CloudEventAttributeType.Binary => "Base64 of RFC 4648 is expected.",
        _ => "Control characters, noncharacters and halves of surrogate pairs are not allowed.",
    };
}
