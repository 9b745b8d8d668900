using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;

namespace StatusHub.Domain.Sharing;

/// <summary>How far an event may travel: the marks of the Traffic Light Protocol 2.0 (FIRST), as the extension attribute <c>tlp</c>.</summary>
public enum SharingMark : byte
{
    /// <summary>Everybody.</summary>
    Clear,

    /// <summary>Every organisation of this hub.</summary>
    Green,

    /// <summary>Its own organisation, and the one that answers for the provider of the model it is about.</summary>
    Amber,

    /// <summary>Its own organisation alone; to all others it is at most evidence.</summary>
    Red,
}

/// <summary>Who asks to read events.</summary>
/// <param name="OrgId">Null for somebody without a key.</param>
/// <param name="Providers">Ids of the providers the organisation answers for.</param>
public sealed record EventReader(Guid? OrgId, IReadOnlySet<string> Providers)
{
    public static readonly EventReader Anyone = new(null, new HashSet<string>());
}

/// <summary>The rules of sharing, as pure functions.</summary>
public static class SharingRules
{
    private static readonly string[] Names = ["clear", "green", "amber", "red"];

    public static string WireName(this SharingMark mark) => Names[(int)mark];

    public static bool TryParse(string? text, out SharingMark mark)
    {
        var at = Array.IndexOf(Names, text);
        mark = at < 0 ? SharingMark.Red : (SharingMark)at;
        return at >= 0;
    }

    /// <summary>The mark of an event whose sender gave none: what tells of a sender's own traffic or suspicion is not for everybody.</summary>
    public static SharingMark Unmarked(string type) => type switch
    {
        EventTypes.Signal or EventTypes.Escalation => SharingMark.Amber,
        EventTypes.Telemetry or EventTypes.Probe or EventTypes.Test or EventTypes.Subscription or EventTypes.Objective => SharingMark.Red,
        _ => SharingMark.Clear,
    };

    /// <summary>The mark one hub further (the rule of MISP's distribution levels): null when it may not go there at all.</summary>
    public static SharingMark? OneHopOn(SharingMark mark) => mark switch
    {
        SharingMark.Clear => SharingMark.Clear,
        SharingMark.Green => SharingMark.Amber,
        SharingMark.Amber => SharingMark.Red,
        _ => null,
    };

    /// <summary>Whether a reader may see an event. A mark nobody knows counts as the strictest.</summary>
    public static bool MayRead(HubEvent e, EventReader reader)
    {
        _ = TryParse(e.Tlp, out var mark);
        return mark == SharingMark.Clear
            || (reader.OrgId is { } org && (e.OrgId == org
                || mark == SharingMark.Green
                || (mark == SharingMark.Amber && ModelId.TryParse(e.Subject, out var model) && reader.Providers.Contains(model.Provider))));
    }
}
