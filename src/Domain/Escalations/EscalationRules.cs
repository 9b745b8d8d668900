using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;

namespace StatusHub.Domain.Escalations;

/// <param name="Window">How long a provider has to acknowledge unless the signal says otherwise.</param>
/// <param name="StaleAfter">When an escalation nobody touched is closed.</param>
public sealed record EscalationPolicy(TimeSpan Window, TimeSpan StaleAfter)
{
    /// <summary>Thirty minutes: what providers agree to.</summary>
    public static readonly EscalationPolicy Default = new(TimeSpan.FromMinutes(30), TimeSpan.FromHours(24));
}

/// <summary>What a signal asks of a provider.</summary>
/// <param name="Window">Null for the usual one.</param>
/// <param name="Signal">Null where a person asks.</param>
public sealed record EscalationWish(ModelId Model, TimeSpan? Window, SignalRef? Signal, string? Note);

/// <summary>The rules of asking, as pure functions. Null means that a change is not possible from where things stand.</summary>
public static class EscalationRules
{
    /// <summary>Shortest and longest window a signal may ask for.</summary>
    public static readonly TimeSpan MinWindow = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan MaxWindow = TimeSpan.FromMinutes(240);

    /// <summary>Last rung: asked three times, told three times.</summary>
    public const int LastStep = 6;

    /// <summary>Types of the events that can ask, answer or end anything at all: nearly no event is of them.</summary>
    public static readonly IReadOnlyList<string> Types = [EventTypes.Signal, EventTypes.Escalation, EventTypes.ModelStatus];

    /// <summary>
    /// What a signal asks for; null for one that asks nothing: marked so that the provider may not see it, a drill, passed on by another
    /// hub, about no model, or with <c>"escalate": false</c>.
    /// </summary>
    public static EscalationWish? WishOf(HubEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e.Type != EventTypes.Signal || e.OrgId is null || e.Envelope is not { } envelope
            || !SharingRules.TryParse(e.Tlp, out var mark) || mark > SharingMark.Amber)
        {
            return null;
        }

        using var document = JsonDocument.Parse(envelope);
        var root = document.RootElement;
        var data = root.TryGetProperty("data", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return root.TryGetProperty("hubpath", out _) || Says(root, "drill", "true") || Flag(data, "escalate") == false
            || !ModelId.TryParse(e.Subject ?? Text(data, "model"), out var model)
                ? null
                : new EscalationWish(model, WindowOf(data), new SignalRef(e.Source, e.Id), Short(Text(data, "note")));
    }

    /// <summary>The id of the escalation that an event of the answering organisation acknowledges; null for any other event.</summary>
    public static Guid? AcknowledgedBy(HubEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e.Type != EventTypes.Escalation || e.Envelope is not { } envelope)
        {
            return null;
        }

        using var document = JsonDocument.Parse(envelope);
        return !document.RootElement.TryGetProperty("hubpath", out _) && !Says(document.RootElement, "drill", "true")
            && document.RootElement.TryGetProperty("data", out var data) && Text(data, "state") == "acknowledged" && Guid.TryParse(Text(data, "escalationId"), out var id)
            ? id
            : null;
    }

    public static Escalation Ask(EscalationWish wish, Guid id, Guid orgId, Guid answeringOrg, DateTimeOffset now, EscalationPolicy policy)
    {
        var window = wish.Window ?? policy.Window;
        return new Escalation
        {
            OrgId = orgId,
            Id = id,
            Model = wish.Model,
            AnsweringOrg = answeringOrg,
            State = EscalationState.Requested,
            Window = window,
            RequestedAt = now,
            Deadline = now + window,
            Signal = wish.Signal,
            Note = wish.Note,
        };
    }

    /// <summary>An answer counts whenever it comes, late too: the clock shows that it was late.</summary>
    public static Escalation? Acknowledge(Escalation e, string by, DateTimeOffset now) =>
        e.State is EscalationState.Requested or EscalationState.Expired
            ? e with { State = EscalationState.Acknowledged, AcknowledgedAt = now, AcknowledgedBy = by }
            : null;

    /// <summary>The deadline has come: the answer at that very instant is still in time.</summary>
    public static Escalation? Expire(Escalation e, DateTimeOffset now) =>
        e.State == EscalationState.Requested && now > e.Deadline ? e with { State = EscalationState.Expired, Step = e.Step + 1 } : null;

    /// <summary>Asks again after a deadline that passed, with a new one as long as the first.</summary>
    public static Escalation? Next(Escalation e, DateTimeOffset now) =>
        e.State == EscalationState.Expired && e.Step < LastStep
            ? e with { State = EscalationState.Requested, Step = e.Step + 1, Deadline = now + e.Window }
            : null;

    public static Escalation? Close(Escalation e) => e.IsOpen ? e with { State = EscalationState.Closed } : null;

    /// <summary>Whether nothing has happened for so long that nobody asks any more.</summary>
    public static bool IsStale(Escalation e, DateTimeOffset now, EscalationPolicy policy) =>
        e.IsOpen && e.State != EscalationState.Requested && now >= (e.AcknowledgedAt ?? e.Deadline) + policy.StaleAfter;

    /// <summary>Whether a window is one that may be asked for.</summary>
    public static bool IsWindow(TimeSpan window) => window >= MinWindow && window <= MaxWindow;

    private static TimeSpan? WindowOf(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("acknowledgeWithinMinutes", out var minutes)
        && minutes.ValueKind == JsonValueKind.Number && minutes.TryGetInt32(out var count) && IsWindow(TimeSpan.FromMinutes(count))
            ? TimeSpan.FromMinutes(count)
            : null;

    private static bool? Flag(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var flag) ? flag.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null;

    private static bool Says(JsonElement root, string name, string value) =>
        root.TryGetProperty(name, out var said) && (said.ValueKind == JsonValueKind.True || Text(root, name) == value);

    private static string? Text(JsonElement data, string name)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out var text) || text.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair is no text
        }
    }

    // Never in the middle of a character: half of one cannot be stored.
    private static string? Short(string? note) =>
        note is not { Length: > Escalation.MaxNoteLength } ? note
        : note[..(char.IsHighSurrogate(note[Escalation.MaxNoteLength - 1]) ? Escalation.MaxNoteLength - 1 : Escalation.MaxNoteLength)];
}
