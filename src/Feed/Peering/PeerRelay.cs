using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Subscriptions.Formats;

namespace StatusHub.Feed.Peering;

/// <summary>One peer as the one who writes for it needs it.</summary>
/// <param name="Theirs">Its short id in <see cref="HubPath"/>.</param>
public sealed record PeerOffer(string Theirs, PeerTerms Gives)
{
    private const string Member = "peer";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The <c>config</c> of a subscription by which events go to a peer.</summary>
    public JsonObject ToConfig() => new() { ["format"] = PeerFormat.Name, [Member] = JsonSerializer.SerializeToNode(this, Json) };

    /// <summary>Null for the <c>config</c> of any other subscription.</summary>
    public static PeerOffer? Read(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(Member, out var peer) ? peer.Deserialize<PeerOffer>(Json) : null;
}

/// <summary>
/// Writes an event as it goes to a peer: its mark one step stricter, its path longer by us. Id, source, time, recordedtime, sequence and
/// data stay as they were given.
/// </summary>
public static class PeerRelay
{
    private const string Tlp = "tlp";

    /// <summary>The event for a peer; null when the agreement, its mark or its path keeps it here. Whether the operator may read it at all is asked before.</summary>
    /// <param name="cloudEvent">The same event as others see it.</param>
    /// <param name="own">Our short id.</param>
    public static CloudEvent? Of(HubEvent e, CloudEvent cloudEvent, PeerOffer offer, string own)
    {
        _ = SharingRules.TryParse(e.Tlp, out var mark);
        if (!HubPath.TryParse(cloudEvent[HubPath.AttributeName], out var path)
            || PeerRules.Give(e.Source, e.Type, e.Subject, mark, path, offer.Gives, own, offer.Theirs) != PeerVerdict.Pass)
        {
            return null;
        }

        return cloudEvent with
        {
            Extensions =
            [
                .. cloudEvent.Extensions.Where(x => x.Name is not (Tlp or HubPath.AttributeName)),
                new(Tlp, SharingRules.OneHopOn(mark)!.Value.WireName()),
                new(HubPath.AttributeName, path.Through(own).Text),
            ],
        };
    }
}
