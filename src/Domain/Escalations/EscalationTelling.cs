using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;

namespace StatusHub.Domain.Escalations;

/// <summary>
/// The event each step is told by. Marked amber, so that both sides read it and nobody else; that a provider did not answer is marked green,
/// for every organisation of the hub, and says nothing of who asked.
/// </summary>
public static class EscalationTelling
{
    /// <param name="id">Of the event.</param>
    /// <param name="source">The hub's.</param>
    public static HubEvent Of(Escalation e, Guid id, string source, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(e);
        var isForAll = e.State == EscalationState.Expired;
        var data = new JsonObject
        {
            ["escalationId"] = e.Id.ToString(),
            ["model"] = e.Model.Value,
            ["state"] = WireName(e.State),
            ["step"] = e.Step,
            ["requestedAt"] = Time(e.RequestedAt),
            ["deadline"] = Time(e.Deadline),
            ["acknowledgedAt"] = e.AcknowledgedAt is { } at ? Time(at) : null,
            ["by"] = e.AcknowledgedBy,
        };
        if (!isForAll)
        {
            data["signal"] = e.Signal is { } signal ? new JsonObject { ["source"] = signal.Source, ["id"] = signal.Id } : null;
            data["note"] = e.Note;
        }

        var mark = isForAll ? SharingMark.Green : SharingMark.Amber;
        return new HubEvent(
            id.ToString(), source, EventTypes.Escalation, e.Model.Value, now, e.OrgId, mark.WireName(), JsonSerializer.SerializeToUtf8Bytes(data));
    }

    public static string WireName(EscalationState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
