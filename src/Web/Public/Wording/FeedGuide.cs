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
            $"curl {Key} '{url}/feed/events?wait=30&type={EventTypes.Incident}'"),
        new("signal", "Tell a suspicion early. Unmarked, only you and whoever answers for the model can read it.",
            Send(EventTypes.Signal, $$"""{"model":"{{model}}","kind":"errors","severity":"major","affectedShare":0.3,"note":"HTTP 500 from two regions"}""")),
    ];

    public IReadOnlyList<Sample> Provide =>
    [
        new("incident", "Say that something is wrong, and later what became of it: the same incidentId with the next phase.",
            Send(EventTypes.Incident, $$"""{"incidentId":"2026-001","phase":"investigating","title":"Elevated errors","message":"We are looking into it.","impact":[{"model":"{{model}}","status":"partial_outage"}]}""")),
        new("maintenance", "Announce work, so that nobody takes it for an outage.",
            Send(EventTypes.Maintenance, $$"""{"maintenanceId":"m-2026-001","models":["{{model}}"],"startsAt":"{{Time(now.AddDays(1))}}","endsAt":"{{Time(now.AddDays(1).AddHours(2))}}","title":"Router upgrade"}""")),
    ];

    public IReadOnlyList<Sample> Integrate =>
    [
        new("subscribe", "Have a signed webhook called for each event you want. The answer holds the signing secret, this once.",
            $$"""
            curl '{{url}}/feed/subscriptions' {{Key}} {{Json}} -d @- <<END
            {"sink":"$STATUSHUB_SINK","protocol":"HTTP","types":["{{EventTypes.Incident}}","{{EventTypes.ModelStatus}}"]}
            END
            """),
        new("subscriptions", "Your subscriptions and how they do.", $"curl {Key} '{url}/feed/subscriptions'"),
        new("statuspage", "What a Statuspage client reads.", $"curl '{url}/api/v2/summary.json'"),
    ];

    public IReadOnlyList<Sample> Operate =>
    [
        new("organisation", "An organisation of its own.",
            $$"""curl '{{url}}/api/v1/orgs' {{Key}} {{Json}} -d '{"slug":"acme","name":"Acme"}'"""),
        new("key", "A key for it. The text is in this answer and in no other.",
            $$"""curl '{{url}}/api/v1/keys' {{Key}} {{Json}} -d '{"org":"acme","name":"first","scopes":["read","feed:publish","feed:subscribe"],"sources":["https://acme.example"]}'"""),
        new("answer", "For a provider: its word counts, and signals about its models reach it.",
            $$"""curl -X PUT '{{url}}/api/v1/providers/{{model.Split('/')[0]}}' {{Key}} {{Json}} -d '{"answeredBy":"acme"}'"""),
    ];

    /// <summary>A SignalR client; the package is <c>@microsoft/signalr</c>.</summary>
    public string SignalR =>
        $$"""
        const hub = new signalR.HubConnectionBuilder()
          .withUrl('{{url}}/hubs/health').withAutomaticReconnect().build();
        hub.on('ModelChanged', model => console.log(model.id, model.status));
        hub.on('IncidentChanged', incident => console.log(incident.title));
        const listen = () => hub.invoke('Subscribe', []);   // [] is every model
        hub.onreconnected(listen);
        hub.start().then(listen);
        """;

    public const string Settings =
        """
        export STATUSHUB_KEY='shk_…'                       # your key
        export STATUSHUB_SOURCE='https://you.example'      # a source registered with it
        export STATUSHUB_SINK='https://you.example/hook'   # where webhooks go
        """;

    private string Send(string type, string data) =>
        $$"""
        curl '{{url}}/feed/events' {{Key}} \
          -H 'Content-Type: application/cloudevents+json' -d @- <<END
        {"specversion":"1.0","type":"{{type}}","source":"$STATUSHUB_SOURCE",
         "id":"$(date +%s)-$RANDOM","subject":"{{model}}","datacontenttype":"application/json",
         "data":{{data}}}
        END
        """;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:00:00'Z'", CultureInfo.InvariantCulture);
}
