using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Migrations;
using StatusHub.Support;

namespace StatusHub.Scenarios.Storage;

/// <summary>The hub's schema in a database of a test's own, with nothing of the hub running until a node is asked for.</summary>
internal sealed class HubStorage : IAsyncDisposable
{
    public static readonly Guid OrgId = Guid.Parse("01975000-0000-7000-8000-000000000001");

    // A benchmark fills a year of many models in one statement.
    private const int LongestSeconds = 300;

    private readonly TestDatabase? _owned;
    private readonly List<StorageNode> _nodes = [];

    private HubStorage(TestDatabase? owned, string connectionString)
    {
        _owned = owned;
        ConnectionString = connectionString;
        Database = new Database(connectionString, new StorageOptions { MaxConnections = 40 });
        Log = new EventLog(Database);
    }

    /// <summary>Opens the database as a superuser.</summary>
    public string ConnectionString { get; }

    public Database Database { get; }

    public EventLog Log { get; }

    public static async Task<HubStorage> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return new HubStorage(database, database.ConnectionString);
    }

    /// <summary>In a database that is empty yet.</summary>
    public static async Task<HubStorage> OnAsync(string connectionString)
    {
        var storage = new HubStorage(null, connectionString);
        await Migrator.MigrateAsync(storage.Database, MigrationSetup.Options(connectionString), CancellationToken.None);
        return storage;
    }

    /// <summary>A node's storage as the hub composes it, running.</summary>
    /// <param name="connectionString">Another way to the same database.</param>
    public async Task<StorageNode> StartNodeAsync(TimeProvider? clock = null, string? connectionString = null, params (string Name, string Value)[] settings)
    {
        var node = await StorageNode.StartAsync(clock ?? TimeProvider.System, connectionString ?? ConnectionString, settings);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Models in the catalogue, each of the provider its id names.</summary>
    public async Task AddModelsAsync(params IEnumerable<ModelId> models)
    {
        await using var db = new SystemDb(Database).Open();
        foreach (var provider in models.Select(m => m.Provider).Distinct())
        {
            db.Providers.Add(new Provider { Id = provider, Name = provider });
        }

        db.Models.AddRange(models.Select(m => new AiModel { Id = m, ProviderId = m.Provider, Name = m.Name, Domains = [m.Provider, $"{m.Provider}-router"] }));
        await db.SaveChangesAsync();
    }

    public async Task AddEndpointsAsync(ModelId model, int count)
    {
        await using var db = new SystemDb(Database).Open();
        db.Organisations.Add(new Organisation { Id = OrgId, Slug = "acme", Name = "Acme" });
        db.Endpoints.AddRange(Enumerable.Range(0, count).Select(i => new Endpoint
        {
            OrgId = OrgId,
            Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddSeconds(i)),
            Model = model,
            Dialect = "anthropic-messages",
            Url = "http://localhost",
        }));
        await db.SaveChangesAsync();
    }

    /// <summary>One value, asked as superuser past every wall.</summary>
    public async Task<T> AskAsync<T>(string sql) => (T)(await RunAsync(sql))!;

    public async Task<object?> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = LongestSeconds };
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Holds the head of the log until it is disposed: whoever appends meanwhile waits.</summary>
    public async Task<IAsyncDisposable> HoldLogAsync()
    {
        var holder = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await holder.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; SELECT position FROM event_head FOR UPDATE", holder);
        await hold.ExecuteNonQueryAsync();
        return holder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Database.DisposeAsync();
        if (_owned is not null)
        {
            await _owned.DisposeAsync();
        }
    }
}

/// <summary>One node's storage.</summary>
internal sealed class StorageNode(IHost host) : IAsyncDisposable
{
    private bool _stopped;

    public EvidenceWriter Writer => Get<EvidenceWriter>();

    public LogTail Tail => Get<LogTail>();

    public RollupStore Rollups => Get<RollupStore>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public IServiceScope Scope() => host.Services.CreateScope();

    public static async Task<StorageNode> StartAsync(TimeProvider clock, string connectionString, IEnumerable<(string Name, string Value)> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.Services.AddLogging();
        builder.Services.AddSingleton(new Clocks(clock, TimeProvider.System));
        builder.Services.AddStatusStorage(builder.Configuration, connectionString);
        var host = builder.Build();
        await host.StartAsync();
        return new StorageNode(host);
    }

    public async Task StopAsync()
    {
        _stopped = true;
        await host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await host.StopAsync();
        }

        host.Dispose();
    }
}

/// <summary>A hub clock that shows what a test sets; timers stay real.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 6, 7, 10, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Outcomes as probes bring them.</summary>
internal static class Outcomes
{
    private static readonly Guid EndpointId = Guid.Parse("01975000-0000-7000-8000-00000000000e");

    public static ProbeOutcome At(DateTimeOffset at, ModelId model, FailureClass failure = FailureClass.None, string region = "eu-west", string? detail = null) => new()
    {
        Id = Guid.CreateVersion7(at),
        OrgId = HubStorage.OrgId,
        EndpointId = EndpointId,
        Model = model,
        Region = region,
        Rung = ProbeRung.ContentCheck,
        StartedAt = at.AddMilliseconds(-900),
        At = at,
        Failure = failure,
        HttpStatus = failure == FailureClass.None ? 200 : 500,
        Detail = detail,
        OutputTokens = 20,
        Timings = failure == FailureClass.None
            ? new() { HeadersMs = 100, FirstTokenMs = 380 + (at.ToUnixTimeSeconds() % 40), LastTokenMs = 800, TotalMs = 850, Chunks = 20, Bytes = 2_000, EndMarkerSeen = true }
            : new() { HeadersMs = 120, TotalMs = 130, Bytes = 80 },
    };
}
