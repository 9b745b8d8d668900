using System.Diagnostics.CodeAnalysis;

namespace StatusHub.Feed.CloudEvents;

/// <summary>An event while its attributes come in, in any order and from any mode.</summary>
internal sealed class CloudEventDraft
{
    private Core _met;
    private NamesMet? _namesMet;
    private List<CloudEventExtension>? _extensions;
    private string? _specVersion;
    private string? _id;
    private string? _source;
    private string? _type;
    private string? _subject;
    private string? _time;
    private string? _dataContentType;
    private string? _dataSchema;

    [Flags]
    private enum Core
    {
        None = 0,
        SpecVersion = 1,
        Id = 2,
        Source = 4,
        Type = 8,
        Subject = 16,
        Time = 32,
        DataContentType = 64,
        DataSchema = 128,
    }

    public string? DataContentType => _dataContentType;

    /// <param name="value">Null for an attribute that is named and not set.</param>
    public CloudEventError? Add(string name, CloudEventValue? value) => name switch
    {
        AttributeNames.SpecVersion => Set(Core.SpecVersion, ref _specVersion, name, value),
        AttributeNames.Id => Set(Core.Id, ref _id, name, value),
        AttributeNames.Source => Set(Core.Source, ref _source, name, value),
        AttributeNames.Type => Set(Core.Type, ref _type, name, value),
        AttributeNames.Subject => Set(Core.Subject, ref _subject, name, value),
        AttributeNames.Time => Set(Core.Time, ref _time, name, value),
        AttributeNames.DataContentType => Set(Core.DataContentType, ref _dataContentType, name, value),
        AttributeNames.DataSchema => Set(Core.DataSchema, ref _dataSchema, name, value),
        _ => AddExtension(name, value),
    };

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

    private CloudEventError? Set(Core attribute, ref string? text, string name, CloudEventValue? value)
    {
        if (_met.HasFlag(attribute))
        {
            return AttributeRules.Repeated(name);
        }

        _met |= attribute;
        text = value?.Text;
        return value is { Type: not CloudEventAttributeType.String }
            ? CloudEventError.At(name, CloudEventFault.AttributeType, "The attribute is a string.")
            : null;
    }

    private CloudEventError? AddExtension(string name, CloudEventValue? value)
    {
        if (!(_namesMet ??= new()).Add(name))
        {
            return AttributeRules.Repeated(name);
        }

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
