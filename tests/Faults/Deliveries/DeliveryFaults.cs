using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;
using StatusHub.Support;
using StatusHub.Support.Deliveries;

namespace StatusHub.Faults.Deliveries;

/// <summary>Real hubs on one database, receivers that keep their own ledgers, and events appended from outside while hubs are killed and stopped.</summary>
internal sealed class DeliveryFaults : IAsyncDisposable
{
    public const string WantedType = "com.example.wanted";

    private const string OtherType = "com.example.other";
    private const int EventsAtOnce = 2;

    // While no hub is up no more are appended than can be drained at the end: what is tested is loss, not speed.
    private const int MostOwed = 400;

    private static readonly TimeSpan BetweenAppends = TimeSpan.FromMilliseconds(50);

    private readonly TestDatabase _test;
    private readonly Database _database;
    private readonly ServiceProvider _services;
    private readonly EventLog _log;
    private readonly CancellationTokenSource _enough = new();
    private readonly List<Guid> _subscriptions = [];
    private Task _appending = Task.CompletedTask;
    private int _appended;

    private DeliveryFaults(TestDatabase test, Receiver receiver)
    {
        (_test, Receiver) = (test, receiver);
        _database = new Database(test.ConnectionString, new StorageOptions());
        _log = new EventLog(_database);
        var services = new ServiceCollection().AddSingleton(_database).AddSingleton<KeyRing>().AddSingleton<SealedSecrets>();
        services.AddDataProtection().SetApplicationName("StatusHub");
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((keys, ring) => keys.XmlRepository = ring);
        _services = services.BuildServiceProvider();
    }

    public Receiver Receiver { get; }

    public TemporaryFolder Folder { get; } = new();

    public static async Task<DeliveryFaults> CreateAsync() => new(await TestDatabase.CreateAsync(), await Receiver.StartAsync());

    public HubProcess Start(string node) => HubProcess.Start(_test.ConnectionString, Path.Combine(Folder.Path, node), null, null,
    [
        new("STATUSHUB_NODE", node), new("STATUSHUB_ALLOW_TARGETS", "127.0.0.0/8"), new("Hub__Probe", "false"),
        new("Delivery__LeaseSeconds", "3"), new("Delivery__RenewMilliseconds", "700"), new("Delivery__LookMilliseconds", "200"),
        .. HubProcess.UnhurriedPage,
    ]);

    /// <summary>Adds subscriptions at <c>/0</c>, <c>/1</c> …: the even ones want one type only.</summary>
    public async Task SubscribeAsync(int count)
    {
        var org = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await AskAsync($"INSERT INTO organisations (id, slug, name, created_at) VALUES ('{org}', 'acme', 'Acme', now())");
        var store = new SubscriptionStore(_database);
        for (var i = 0; i < count; i++)
        {
            var now = TimeProvider.System.GetUtcNow();
            var definition = new JsonObject { ["sink"] = $"{Receiver.Address}/{i}", ["source"] = "urn:fault" };
            if (i % 2 == 0)
            {
                definition["types"] = new JsonArray(WantedType);
            }

            var subscription = new Subscription
            {
                OrgId = org,
                Id = Guid.CreateVersion7(now),
                Definition = definition.ToJsonString(),
                State = SubscriptionState.Active,
                StateAt = now,
                Secrets = _services.GetRequiredService<SealedSecrets>().Seal(SignatureSecrets.Of(WebhookSecret.Generate())),
                CreatedAt = now,
                UpdatedAt = now,
            };
            await store.AddAsync(subscription, await _log.HeadAsync(CancellationToken.None), CancellationToken.None);
            _subscriptions.Add(subscription.Id);
        }
    }

    /// <summary>Appends events, forty a second while no more than can be drained is owed, until it is told that it is enough.</summary>
    public void BeginAppending() => _appending = Task.Run(async () =>
    {
        while (!_enough.IsCancellationRequested)
        {
            var now = TimeProvider.System.GetUtcNow();
            if (_appended - Receiver.At("/1").DistinctBy(r => r.Id).Count() < MostOwed)
            {
                await _log.AppendAsync([.. Enumerable.Range(0, EventsAtOnce).Select(_ => Made(now))], now, CancellationToken.None);
            }

            await Task.Delay(BetweenAppends, TimeProvider.System);
        }
    });

    /// <summary>Ends the appending and waits until the running hubs have delivered everything.</summary>
    /// <returns>What is wrong in the receivers' ledgers.</returns>
    public async Task<IReadOnlyList<string>> SettleAsync()
    {
        await _enough.CancelAsync();
        await _appending;
        var owed = await OwedAsync();
        await Patience.UntilAsync("everything owed has come", () => Task.FromResult(Missing(owed)), missing => missing == 0, HubProcess.Busy);
        return DeliveryLedger.Findings(owed, Receiver.Ledger);
    }

    private long Missing(IReadOnlyDictionary<string, IReadOnlyList<long>> owed)
    {
        var came = Receiver.Ledger.Select(r => (r.Path, r.Position)).ToHashSet();
        return owed.Sum(o => o.Value.LongCount(p => !came.Contains((o.Key, p))));
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> OwedAsync()
    {
        var events = new List<LoggedEvent>();
        while (await _log.ReadAfterAsync(events.Count == 0 ? 0 : events[^1].Position, 1_000, CancellationToken.None) is { Count: > 0 } page)
        {
            events.AddRange(page);
        }

        var ours = events.Where(e => e.Event.Source == "urn:fault").ToList();
        return Enumerable.Range(0, _subscriptions.Count).ToDictionary(
            i => $"/{i}", i => (IReadOnlyList<long>)[.. ours.Where(e => i % 2 != 0 || e.Event.Type == WantedType).Select(e => e.Position)]);
    }

    /// <summary>Position and fence of every subscription, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, (long Position, long Fence, string? Owner)>> StandsAsync()
    {
        await using var command = _database.System.CreateCommand("SELECT subscription_id, position, fence, owner FROM deliveries");
        await using var reader = await command.ExecuteReaderAsync();
        var stands = new Dictionary<Guid, (long, long, string?)>();
        while (await reader.ReadAsync())
        {
            stands[reader.GetGuid(0)] = (reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetString(3));
        }

        return stands;
    }

    public async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_test.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _appending;
        _enough.Dispose();
        await Receiver.DisposeAsync();
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        await _test.DisposeAsync();
        Folder.Dispose();
    }

    private HubEvent Made(DateTimeOffset now)
    {
        var number = Interlocked.Increment(ref _appended);
        var type = number % 3 == 0 ? OtherType : WantedType;
        var envelope = new JsonObject { ["specversion"] = "1.0", ["id"] = $"{number}", ["source"] = "urn:fault", ["type"] = type, ["tlp"] = "clear", ["data"] = number };
        return new HubEvent($"{number}", "urn:fault", type, null, now, null, HubEvent.Clear, default) { Envelope = JsonSerializer.SerializeToUtf8Bytes(envelope) };
    }
}
