using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Meaning;

/// <summary>What an event of others means to us: facts, when it is of a type that is evidence and its data is as its schema says.</summary>
public static class KnownTypes
{
    /// <summary>Deepest nesting of data that is evidence; the schemas need four.</summary>
    public const int MaxDepth = 16;

    /// <summary>The extension attribute of an event that belongs to a drill.</summary>
    public const string DrillAttribute = "drill";

    private const string DataPath = "/data";

    /// <summary>Whether events of a type are evidence.</summary>
    public static bool IsEvidence(string type) =>
        type is EventTypes.Signal or EventTypes.Telemetry or EventTypes.Incident or EventTypes.Maintenance or EventTypes.Probe or EventTypes.ModelStatus;

    /// <summary>What is wrong with the data of an event of a known type; nothing for a valid one, nor for a type that is no evidence.</summary>
    /// <returns>RFC 6901 pointers into the event's JSON form (<c>/data/model</c>), a stable code and a sentence for the sender.</returns>
    public static IReadOnlyList<(string Pointer, string Code, string Detail)> Check(CloudEvent cloudEvent)
    {
        var errors = new List<(string, string, string)>();
        _ = Read(cloudEvent, errors, default);
        return errors;
    }

    /// <summary>The facts of an event; none for one that is no evidence, is of a drill, or says it wrongly.</summary>
    /// <param name="heardAt">Hub time it was recorded: said then, when it does not say when.</param>
    public static IReadOnlyList<OutsideFact> FactsOf(CloudEvent cloudEvent, DateTimeOffset heardAt)
    {
        if (cloudEvent.Extension(DrillAttribute)?.Text == "true")
        {
            return [];
        }

        var errors = new List<(string, string, string)>();
        var facts = Read(cloudEvent, errors, heardAt);
        return errors.Count == 0 ? facts : [];
    }

    private static IReadOnlyList<OutsideFact> Read(CloudEvent e, List<(string Pointer, string Code, string Detail)> errors, DateTimeOffset heardAt)
    {
        if (!IsEvidence(e.Type))
        {
            return [];
        }

        if (e.Data is not { Kind: CloudEventDataKind.Json } data)
        {
            errors.Add((DataPath, "required", "Events of this type carry data as JSON."));
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(data.Bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return DataObject.Of(document.RootElement, DataPath, errors) is { } root
                ? Meanings.Read(e.Type, root, SaidAt(e, heardAt)) is var facts && IsAboutItsSubject(e, facts, errors) ? facts : []
                : [];
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            errors.Add((DataPath, "json", $"Is not JSON, is nested deeper than {MaxDepth}, or holds a string that is no text."));
            return [];
        }
    }

    /// <summary>A subject says who may read the event: it must not be another model than the one the data is about.</summary>
    private static bool IsAboutItsSubject(CloudEvent e, IReadOnlyList<OutsideFact> facts, List<(string Pointer, string Code, string Detail)> errors)
    {
        if (e.Type is not (EventTypes.Signal or EventTypes.Telemetry) || e.Subject is null || facts.Count == 0)
        {
            return true;
        }

        var about = facts[0] switch
        {
            OutsideFact.Suspicion s => s.Model,
            OutsideFact.Window w => w.Model,
            _ => default,
        };
        if (ModelId.TryParse(e.Subject, out var subject) && subject == about)
        {
            return true;
        }

        errors.Add(("/subject", "mismatch", "Must be the model that the data is about."));
        return false;
    }

    /// <summary>Nothing was said later than it was heard; clocks that run ahead would make an old word the newest.</summary>
    private static DateTimeOffset SaidAt(CloudEvent e, DateTimeOffset heardAt) =>
        e.Instant is { } at && at < heardAt ? at : heardAt;
}
