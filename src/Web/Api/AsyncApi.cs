using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Meaning;
using StatusHub.Web.Live;

namespace StatusHub.Web.Api;

/// <summary>
/// The channels of the hub as an AsyncAPI 3.0 document, made from the catalogue of event types: what is not in one is not in
/// the other. Actions are seen from the hub: it receives what others publish and sends what they read.
/// </summary>
internal static class AsyncApi
{
    public const string Path = "/asyncapi/v1.json";

    private const string Version = "3.0.0";
    private const string OpenApi = "/openapi/v1.json#/components/schemas/";

    private static readonly (string Name, string Summary, string Schema)[] HubMessages =
    [
        ("ModelChanged", "A model as it is now: once after Subscribe, then on every change.", OpenApi + nameof(ModelJson)),
        ("IncidentChanged", "An incident as it is now: the open ones after Subscribe or SubscribeIncidents, then on every change.", OpenApi + nameof(IncidentJson)),
        ("FallbackChanged", "Advice what to use instead changed: the whole event.", "#/components/schemas/" + EventTypes.Fallback + ".event"),
        ("EscalationChanged", "A question between organisations moved on: the whole event.", "#/components/schemas/" + EventTypes.Escalation + ".event"),
        ("SignalRaised", "Somebody suspects trouble: the whole event.", "#/components/schemas/" + EventTypes.Signal + ".event"),
    ];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, Verbs.Read, (RenderedDocuments documents, IOptions<HubOptions> hub) =>
            documents.Json("asyncapi", _ => Document(hub.Value))).ExcludeFromDescription();

    private static JsonObject Document(HubOptions hub)
    {
        var url = new Uri(hub.PublicUrl);
        var all = Schemas.Catalogue.Select(t => t.Type).ToList();
        var taken = Schemas.Catalogue.Where(t => IsTaken(t.Route)).Select(t => t.Type).ToList();
        return new JsonObject
        {
            ["asyncapi"] = Version,
            ["info"] = new JsonObject
            {
                ["title"] = hub.Name,
                ["version"] = "1",
                ["description"] = "The health feed of AI models: CloudEvents 1.0 in both directions. Types not listed here are carried and delivered as well.",
            },
            ["defaultContentType"] = CloudEventJson.StructuredType,
            ["servers"] = new JsonObject { ["hub"] = new JsonObject { ["host"] = url.Authority, ["protocol"] = url.Scheme } },
            ["channels"] = new JsonObject
            {
                ["ingest"] = Channel("/feed/events", "Events sent to the hub: one, structured or binary, or a batch.", taken),
                ["pull"] = Channel("/feed/events", "Events after a cursor, oldest first, as a batch.", all),
                ["stream"] = Channel("/feed/stream", "Events as they come, as server-sent events whose id is the cursor.", all),
                ["webhooks"] = Channel(null, "A subscriber's own address, given as the sink of a subscription. Signed by Standard Webhooks.", all),
                ["health"] = Channel(HealthHubSetup.Path, "SignalR. Call Subscribe(models) or SubscribeIncidents() first.", HubMessages.Select(m => m.Name)),
            },
            ["operations"] = Operations(),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["messages"] = Messages(),
                ["schemas"] = SchemasOf(),
            },
        };
    }

    private static bool IsTaken(string route) => route.Contains("→ hub", StringComparison.Ordinal) || route.Contains('↔', StringComparison.Ordinal);

    private static JsonObject Channel(string? address, string description, IEnumerable<string> messages) => new()
    {
        ["address"] = address,
        ["description"] = description,
        ["messages"] = new JsonObject(messages.Select(m => KeyValuePair.Create(m, (JsonNode?)Reference("#/components/messages/" + m)))),
    };

    private static JsonObject Operations() => new()
    {
        ["publish"] = Operation("receive", "ingest", "Send events", Http("POST"), needsKey: true),
        ["read"] = Operation("send", "pull", "Read on from a cursor; wait long-polls", Http("GET", "after", "limit", "type", "subject", "source", "id", "wait")),
        ["follow"] = Operation("send", "stream", "Follow as it happens; Last-Event-ID resumes", Http("GET", "after", "types", "subjects", "access_token")),
        ["deliver"] = Operation("send", "webhooks", "Call the subscriber", Http("POST")),
        ["watch"] = Operation("send", "health", "Tell a SignalR client", bindings: null),
    };

    private static JsonObject Operation(string action, string channel, string summary, JsonObject? bindings, bool needsKey = false)
    {
        var operation = new JsonObject { ["action"] = action, ["channel"] = Reference("#/channels/" + channel), ["summary"] = summary };
        if (bindings is not null)
        {
            operation["bindings"] = bindings;
        }

        if (needsKey)
        {
            operation["security"] = new JsonArray(Reference("#/components/securitySchemes/key"));
        }

        return operation;
    }

    private static JsonObject Http(string method, params string[] query)
    {
        var http = new JsonObject { ["method"] = method, ["bindingVersion"] = "0.3.0" };
        if (query.Length > 0)
        {
            http["query"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(query.Select(q => KeyValuePair.Create(q, (JsonNode?)new JsonObject { ["type"] = "string" }))),
            };
        }

        return new JsonObject { ["http"] = http };
    }

    private static JsonObject Messages()
    {
        var messages = new JsonObject();
        foreach (var type in Schemas.Catalogue)
        {
            messages[type.Type] = new JsonObject
            {
                ["name"] = type.Type,
                ["summary"] = type.Description,
                ["contentType"] = CloudEventJson.StructuredType,
                ["payload"] = Reference($"#/components/schemas/{type.Type}.event"),
            };
        }

        foreach (var (name, summary, schema) in HubMessages)
        {
            messages[name] = new JsonObject { ["name"] = name, ["summary"] = summary, ["contentType"] = "application/json", ["payload"] = Reference(schema) };
        }

        return messages;
    }

    private static JsonObject SchemasOf()
    {
        var schemas = new JsonObject { ["cloudevent"] = JsonNode.Parse(CloudEventSchema) };
        foreach (var type in Schemas.Catalogue)
        {
            var data = JsonNode.Parse(Schemas.Of(type.Type)!.Value.Span)!.AsObject();
            data.Remove("$schema"); // the document says by itself what its schemas are
            schemas[type.Type] = data;
            schemas[type.Type + ".event"] = new JsonObject
            {
                ["allOf"] = new JsonArray(
                    Reference("#/components/schemas/cloudevent"),
                    new JsonObject
                    {
                        ["properties"] = new JsonObject
                        {
                            ["type"] = new JsonObject { ["const"] = type.Type },
                            ["data"] = Reference("#/components/schemas/" + type.Type),
                        },
                    }),
            };
        }

        return schemas;
    }

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    /// <summary>The JSON event format of CloudEvents 1.0.2 with the extension attributes this hub knows.</summary>
    private const string CloudEventSchema = """
        {
          "title": "CloudEvent 1.0",
          "type": "object",
          "required": ["specversion", "id", "source", "type"],
          "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "minLength": 1 },
            "source": { "type": "string", "format": "uri-reference", "minLength": 1 },
            "type": { "type": "string", "minLength": 1 },
            "subject": { "type": "string", "minLength": 1, "description": "The model it is about: provider/model." },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": { "type": "string", "minLength": 1 },
            "dataschema": { "type": "string", "format": "uri", "minLength": 1 },
            "data_base64": { "type": "string", "contentEncoding": "base64" },
            "sequence": { "type": "string", "minLength": 1, "description": "Sorts as text in the order of its source." },
            "recordedtime": { "type": "string", "format": "date-time" },
            "expirytime": { "type": "string", "format": "date-time" },
            "severitynumber": { "type": "integer", "minimum": 0 },
            "severitytext": { "type": "string" },
            "traceparent": { "type": "string" },
            "tlp": { "enum": ["clear", "green", "amber", "red"], "description": "Who may read it." },
            "hubpath": { "type": "string", "description": "Hubs it came through." },
            "drill": { "type": "string", "description": "true for an exercise." }
          }
        }
        """;
}
