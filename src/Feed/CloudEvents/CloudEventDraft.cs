using System.Diagnostics.CodeAnalysis;

namespace StatusHub.Feed.CloudEvents;

/// <summary>An event while its attributes come in, in any order and from any mode.</summary>
internal sealed class CloudEventDraft
{
    private readonly NamesMet _met = new();
    private List<CloudEventExtension>? _extensions;
    private string? _specVersion;
    private string? _id;
    private string? _source;
    private string? _type;
    private string? _subject;
    private string? _time;
    private string? _dataSchema;

    public string? DataContentType { get; private set; }

    /// <param name="value">Null for an attribute that is named and not set.</param>
    public CloudEventError? Add(string name, CloudEventValue? value)
    {
        if (!_met.Add(name))
        {
            return AttributeRules.Repeated(name);
        }

        if (AttributeNames.IsCore(name) && value is { Type: not CloudEventAttributeType.String })
        {
            return CloudEventError.At(name, CloudEventFault.AttributeType, "The attribute is a string.");
        }

        switch (name)
        {
            case AttributeNames.SpecVersion: _specVersion = value?.Text; break;
            case AttributeNames.Id: _id = value?.Text; break;
            case AttributeNames.Source: _source = value?.Text; break;
            case AttributeNames.Type: _type = value?.Text; break;
            case AttributeNames.Subject: _subject = value?.Text; break;
            case AttributeNames.Time: _time = value?.Text; break;
            case AttributeNames.DataContentType: DataContentType = value?.Text; break;
            case AttributeNames.DataSchema: _dataSchema = value?.Text; break;
            default: return AddExtension(name, value);
        }

        return null;
    }

    /// <summary>The event, if it breaks no rule.</summary>
    public bool TryFinish(CloudEventData? data, [NotNullWhen(true)] out CloudEvent? cloudEvent, [NotNullWhen(false)] out CloudEventError? error)
    {
        cloudEvent = null;
        error = Missing(AttributeNames.SpecVersion, _specVersion)
            ?? (_specVersion == CloudEvent.SpecVersion
                ? null
                : CloudEventError.At(AttributeNames.SpecVersion, CloudEventFault.SpecVersion, "Only version 1.0 of CloudEvents is spoken here."))
            ?? Missing(AttributeNames.Id, _id)
            ?? Missing(AttributeNames.Source, _source)
            ?? Missing(AttributeNames.Type, _type);
        if (error is not null)
        {
            return false;
        }

        var finished = new CloudEvent
        {
            Id = _id!,
            Source = _source!,
            Type = _type!,
            Subject = _subject,
            Time = _time,
            DataContentType = DataContentType,
            DataSchema = _dataSchema,
            Extensions = _extensions is null ? [] : _extensions,
            Data = data,
        };
        error = AttributeRules.Check(finished);
        cloudEvent = error is null ? finished : null;
        return error is null;
    }

    private static CloudEventError? Missing(string name, string? value) =>
        value is null ? CloudEventError.At(name, CloudEventFault.MissingAttribute, "The attribute is required.") : null;

    private CloudEventError? AddExtension(string name, CloudEventValue? value)
    {
        if (AttributeRules.Name(name) is { } error)
        {
            return error;
        }

        if (value is not null)
        {
            (_extensions ??= []).Add(new CloudEventExtension(name, value.Value));
        }

        return null;
    }
}
