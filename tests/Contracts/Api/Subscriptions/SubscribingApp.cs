using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Support;

namespace StatusHub.Contracts.Api.Subscriptions;

/// <summary>The hub, allowed to call loopback, and a receiver there.</summary>
public sealed class SubscribingApp : IAsyncLifetime
{
    public const string Path = "/feed/subscriptions";

    private readonly Hub _hub = new();

    public ApiApp Api => _hub;

    public HookReceiver Receiver { get; } = new();

    public HttpClient Alice { get; private set; } = null!;

    public HttpClient Bob { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _hub.InitializeAsync();
        await Receiver.StartAsync();
        Alice = await _hub.AsAsync(_hub.Alice);
        Bob = await _hub.AsAsync(_hub.Bob);
    }

    public async ValueTask DisposeAsync()
    {
        Alice.Dispose();
        Bob.Dispose();
        await _hub.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    public T Get<T>()
        where T : notnull => _hub.Services.GetRequiredService<T>();

    /// <summary>A body of a subscription; members override the plain ones.</summary>
    public static string Body(string sink, string members = "") => $$"""{"sink":"{{sink}}","protocol":"HTTP"{{(members.Length > 0 ? "," + members : "")}}}""";

    /// <summary>Creates one as Alice and gives back its object.</summary>
    public async Task<JsonNode> CreateAsync(string sink, string members = "")
    {
        using var answer = await Alice.PostAsync(Path, Problems.Json(Body(sink, members)));
        return await ReadAsync(answer, HttpStatusCode.Created);
    }

    public async Task<JsonNode> FindAsync(JsonNode subscription)
    {
        using var answer = await Alice.GetAsync(PathOf(subscription));
        return await ReadAsync(answer);
    }

    public async Task<JsonNode> PostAsync(JsonNode subscription, string action, string body = "{}")
    {
        using var answer = await Alice.PostAsync($"{PathOf(subscription)}/{action}", Problems.Json(body));
        return await ReadAsync(answer);
    }

    public static string PathOf(JsonNode subscription) => $"{Path}/{(string)subscription["id"]!}";

    public static string State(JsonNode subscription) => (string)subscription["status"]!["state"]!;

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Appends an event and waits until this node's tail has it.</summary>
    public async Task<long> AppendAsync(string type, string? subject, JsonObject data, string tlp = HubEvent.Clear, Guid? org = null)
    {
        var now = Get<Clocks>().Now;
        var e = HubEvent.Public(Guid.CreateVersion7(now), "urn:statushub:test", type, subject, now, data) with { Tlp = tlp, OrgId = org };
        var position = await Get<EventLog>().AppendAsync([e], now, CancellationToken.None);
        await Patience.UntilAsync("the tail has the event", () => Task.FromResult(Get<LogTail>().Position >= position));
        return position;
    }

    /// <summary>Puts an event among Alice's dead letters of a subscription.</summary>
    public async Task BuryAsync(Guid id, long position)
    {
        await using var connection = await Get<Database>().OpenTenantAsync(Api.Alice, CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO dead_letters (org_id, subscription_id, position, event_id, event_type, at, reason, status, attempts)
            VALUES ($1, $2, $3, 'e', 't', now(), 'rejected', 500, 1)
            """;
        command.Parameters.Add(new() { Value = Api.Alice });
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Hub : ApiApp
    {
        protected override string AllowTargets => "127.0.0.1/32";
    }
}

[CollectionDefinition(Name)]
public sealed class SubscribingCollection : ICollectionFixture<SubscribingApp>
{
    public const string Name = "subscribing";
}
