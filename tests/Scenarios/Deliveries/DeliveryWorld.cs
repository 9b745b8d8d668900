using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Feed.Webhooks;
using StatusHub.Scenarios.Storage;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>The delivering part of hubs, as the hub composes it, on a database of its own: as many nodes as a test wants, and no page.</summary>
internal sealed class DeliveryWorld : IAsyncDisposable
{
    public const string PublicUrl = "https://hub.example";

    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly List<IHost> _nodes = [];
    private int _made;

    private DeliveryWorld(HubStorage storage, TimeProvider hub)
    {
        (Storage, Hub) = (storage, hub);
        Sealed = new SealedSecrets(_keys);
    }

    public HubStorage Storage { get; }

    public TimeProvider Hub { get; }

    public SealedSecrets Sealed { get; }

    public static WebhookSecret Secret { get; } = WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret) ? secret : throw new InvalidOperationException();

    public static async Task<DeliveryWorld> CreateAsync(TimeProvider? hub = null) => new(await HubStorage.CreateAsync(), hub ?? TimeProvider.System);

    /// <summary>Starts a node that delivers.</summary>
    public async Task<IHost> StartAsync(string node = "one", params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("Guard:AllowTargets", "127.0.0.0/8"), new("Delivery:LookMilliseconds", "200")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.Services.AddLogging();
        builder.Services.AddSingleton(new Clocks(Hub, TimeProvider.System));
        builder.Services.AddSingleton(new Random(1));
        builder.Services.AddSingleton<IDataProtectionProvider>(_keys);
        builder.Services.AddSingleton<Func<PageStatus>>(() => new PageStatus("none", "All Systems Operational"));
        builder.Services.AddStatusStorage(builder.Configuration, Storage.ConnectionString);
        builder.Services.AddFeed(builder.Configuration, _ => PublicUrl);
        builder.Services.AddDeliveries(builder.Configuration, _ => new DeliveryOwner($"{node}/{Interlocked.Increment(ref _made)}", Task.CompletedTask));
        var host = builder.Build();
        await host.StartAsync();
        _nodes.Add(host);
        return host;
    }

    public async Task<Guid> OrganisationAsync(string slug = "acme")
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await Storage.RunAsync($"INSERT INTO organisations (id, slug, name, created_at) VALUES ('{id}', '{slug}', '{slug}', now())");
        return id;
    }

    /// <summary>Adds an active subscription that starts at the end of the log.</summary>
    public async Task<Guid> SubscribeAsync(Guid orgId, string sink, JsonObject? more = null, int? rate = null, WebhookSecret? secret = null, string? credential = null)
    {
        var definition = more ?? [];
        definition["sink"] = sink;
        var now = Hub.GetUtcNow();
        var subscription = new Subscription
        {
            OrgId = orgId,
            Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
            Definition = definition.ToJsonString(),
            State = SubscriptionState.Active,
            StateAt = now,
            Secrets = Sealed.Seal(SignatureSecrets.Of(secret ?? Secret)),
            Credential = credential is null ? null : Sealed.Seal(credential),
            AllowedRate = rate,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await new SubscriptionStore(Storage.Database).AddAsync(subscription, await Storage.Log.HeadAsync(CancellationToken.None), CancellationToken.None);
        return subscription.Id;
    }

    /// <summary>Appends the hub's own public events.</summary>
    /// <returns>The position of the last.</returns>
    public async Task<long> TellAsync(int count = 1, string type = EventTypes.ModelStatus, string subject = "acme/one")
    {
        var now = Hub.GetUtcNow();
        var last = await Storage.Log.AppendAsync(
            [.. Enumerable.Range(0, count).Select(i => HubEvent.Public(
                Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), "urn:uuid:01975000-0000-7000-8000-000000000001", type, subject, now, new JsonObject { ["n"] = i }))],
            now, CancellationToken.None);
        foreach (var node in _nodes)
        {
            node.Services.GetService<LogTail>()?.Committed();
        }

        return last;
    }

    /// <summary>Appends an event an organisation sent, with its envelope.</summary>
    public async Task<long> SendAsync(Guid orgId, string id, JsonObject extensions, string tlp = HubEvent.Clear)
    {
        var now = Hub.GetUtcNow();
        var envelope = new JsonObject { ["specversion"] = "1.0", ["id"] = id, ["source"] = "urn:test", ["type"] = "com.example.said", ["tlp"] = tlp, ["data"] = "x" };
        foreach (var (name, value) in extensions)
        {
            envelope[name] = value?.DeepClone();
        }

        return await Storage.Log.AppendAsync(
            [new HubEvent(id, "urn:test", "com.example.said", null, now, orgId, tlp, default) { Envelope = JsonSerializer.SerializeToUtf8Bytes(envelope) }],
            now, CancellationToken.None);
    }

    public Task<T> AskAsync<T>(string sql) => Storage.AskAsync<T>(sql);

    public Task<long> PositionAsync(Guid id) => AskAsync<long>($"SELECT position FROM deliveries WHERE subscription_id = '{id}'");

    public Task<short> StateAsync(Guid id) => AskAsync<short>($"SELECT state FROM subscriptions WHERE id = '{id}'");

    /// <summary>The log of attempts, oldest first: <c>attempt outcome status</c>.</summary>
    public async Task<IReadOnlyList<string>> AttemptsAsync(Guid id)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Storage.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT concat_ws(' ', attempt, outcome, status) FROM delivery_attempts WHERE subscription_id = '{id}' ORDER BY at, position, attempt", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
            node.Dispose();
        }

        await Storage.DisposeAsync();
    }
}
