using System.Globalization;
using StatusHub.Domain.Events;

namespace StatusHub.Web.Public.Wording;

/// <summary>One thing to type, and what it does.</summary>
/// <param name="Name">Stable; tells samples apart.</param>
public sealed record Sample(string Name, string Does, string Text);

/// <summary>
/// The lines of the page about the feed, as they work against this hub: a reader pastes them as they stand, with a key in
/// <c>STATUSHUB_KEY</c>. Tests run every one of them.
/// </summary>
/// <param name="url">The hub's absolute address, without a trailing slash.</param>
/// <param name="model">A model of this hub to speak about.</param>
/// <param name="now">Hub time; announced work lies a day ahead of it.</param>
public sealed class FeedGuide(string url, string model, DateTimeOffset now)
{
    private const string Key = "-H \"Authorization: Bearer $STATUSHUB_KEY\"";
    private const string Json = "-H 'Content-Type: application/json'";

    public IReadOnlyList<Sample> Look =>
    [
        new("pull", "The oldest five events this hub still has. The answer's Link header leads on.", $"curl -i '{url}/feed/events?limit=5'"),
        new("stream", "Events as they happen, until you stop it. Last-Event-ID resumes.", $"curl -N '{url}/feed/stream'"),
        new("model", "How one model is now, with the evidence.", $"curl '{url}/api/v1/models/{model}'"),
    ];

    public IReadOnlyList<Sample> Consume =>
    [
        new("read", "Read on, with what is shared with your organisation. The answer waits up to 30 seconds for something new.",
            $"curl '{url}/feed/events?wait=30&type={EventTypes.Incident}' \\\n  {Key}"),
        new("signal", "Tell a suspicion early. Unmarked, only you and whoever answers for the model can read it.",
            Send(EventTypes.Signal, $$"""
                {"model":"{{model}}","kind":"errors",
                  "affectedShare":0.3,"note":"HTTP 500 from two regions"}
                """)),
    ];

    public IReadOnlyList<Sample> Provide =>
    [
        new("incident", "Say that something is wrong, and later what became of it: the same incidentId with the next phase.",
            Send(EventTypes.Incident, $$"""
                {"incidentId":"2026-001","phase":"investigating",
                  "title":"Elevated errors","message":"We are looking into it.",
                  "impact":[{"model":"{{model}}","status":"partial_outage"}]}
                """)),
        new("maintenance", "Announce work, so that nobody takes it for an outage.",
            Send(EventTypes.Maintenance, $$"""
                {"maintenanceId":"m-2026-001","title":"Router upgrade",
                  "models":["{{model}}"],
                  "startsAt":"{{Time(now.AddDays(1))}}","endsAt":"{{Time(now.AddDays(1).AddHours(2))}}"}
                """)),
    ];

    public IReadOnlyList<Sample> Integrate =>
    [
        new("subscribe", "Have a signed webhook called for each event you want. The answer holds the signing secret, this once.",
            $$"""
            curl '{{url}}/feed/subscriptions' \
              {{Key}} \
              {{Json}} -d @- <<END
            {"sink":"$STATUSHUB_SINK","protocol":"HTTP",
             "types":["{{EventTypes.Incident}}"]}
            END
            """),
        new("subscriptions", "Your subscriptions and how they do.", $"curl '{url}/feed/subscriptions' \\\n  {Key}"),
        new("statuspage", "What a Statuspage client reads.", $"curl '{url}/api/v2/summary.json'"),
    ];

    public IReadOnlyList<Sample> Peer =>
    [
        new("hub", "Who this hub is: the source of its own events, the public key it signs with, and where its feed is. Compare the key by telephone.",
            $"curl '{url}/.well-known/statushub.json'"),
        new("agree", "As the operator: your hub asks theirs who it is. The answer holds id, offeredKey and, this once, keyForPeer, which is for their operator.",
            $$"""
            curl '{{url}}/api/v1/peers' \
              {{Key}} \
              {{Json}} -d @- <<END
            {"name":"neighbour","url":"$STATUSHUB_PEER",
             "direction":"both","maxMark":"green"}
            END
            """),
        new("confirm", "Their operator reads the same key out: from now on what comes from there is believed.",
            $$"""
            curl "{{url}}/api/v1/peers/$STATUSHUB_PEER_ID/confirm" \
              {{Key}} \
              {{Json}} -d @- <<END
            {"publicKey":"$STATUSHUB_PEER_SHOWS"}
            END
            """),
        new("exchange", "Their operator has given you their keyForPeer: with it events go both ways.",
            $$"""
            curl -X PUT "{{url}}/api/v1/peers/$STATUSHUB_PEER_ID" \
              {{Key}} \
              {{Json}} -d @- <<END
            {"name":"neighbour","url":"$STATUSHUB_PEER",
             "direction":"both","maxMark":"green","key":"$STATUSHUB_PEER_GAVE"}
            END
            """),
        new("peers", "How the exchange goes: state, lag, clock, and what was left out and why.", $"curl '{url}/api/v1/peers' \\\n  {Key}"),
    ];

    public IReadOnlyList<Sample> Operate =>
    [
        new("organisation", "An organisation of its own.", Write("POST", "/api/v1/orgs", """{"slug":"acme","name":"Acme"}""")),
        new("key", "A key for it. The text is in this answer and in no other.",
            Write("POST", "/api/v1/keys", """
                {"org":"acme","name":"first","sources":["https://acme.example"],
                 "scopes":["read","feed:publish","feed:subscribe"]}
                """)),
        new("answer", "For a provider: its word counts, and signals about its models reach it.",
            Write("PUT", $"/api/v1/providers/{model.Split('/')[0]}", """{"answeredBy":"acme"}""")),
    ];

    /// <summary>A SignalR client; the package is <c>@microsoft/signalr</c>.</summary>
    public string SignalR =>
        $$"""
        const hub = new signalR.HubConnectionBuilder()
          .withUrl('{{url}}/hubs/health').withAutomaticReconnect().build();
        hub.on('ModelChanged', model => console.log(model.id, model.status));
        hub.on('IncidentChanged', incident => console.log(incident.title));
        hub.on('SignalRaised', e => console.log(e.subject, e.data.note));
        const listen = () => hub.invoke('Subscribe', []);   // [] is every model
        hub.onreconnected(listen);
        hub.start().then(listen);
        """;

    public const string Settings =
        """
        export STATUSHUB_KEY='your key'
        export STATUSHUB_SOURCE='https://you.example'     # registered with the key
        export STATUSHUB_SINK='https://you.example/hook'  # takes your webhooks
        """;

    public const string PeerSettings =
        """
        export STATUSHUB_PEER='https://hub.neighbour.example'  # their hub
        export STATUSHUB_PEER_ID='id in the answer'
        export STATUSHUB_PEER_SHOWS='offeredKey in the answer'
        export STATUSHUB_PEER_GAVE='the key their operator gave you'
        """;

    private string Write(string method, string path, string body) =>
        $"curl -X {method} '{url}{path}' \\\n  {Key} \\\n  {Json} \\\n  -d '{body}'";

    private string Send(string type, string data) =>
        $$"""
        curl '{{url}}/feed/events' \
          {{Key}} \
          -H 'Content-Type: application/cloudevents+json' -d @- <<END
        {"specversion":"1.0","type":"{{type}}",
         "source":"$STATUSHUB_SOURCE","id":"$(date +%s)-$RANDOM",
         "subject":"{{model}}","datacontenttype":"application/json",
         "data":{{data}}}
        END
        """;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:00:00'Z'", CultureInfo.InvariantCulture);
}
