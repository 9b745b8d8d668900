using System.Diagnostics;
using Npgsql;
using StatusHub.Domain.Storage;
using StatusHub.Migrations;

namespace StatusHub.Support;

/// <summary>
/// A database of its own for one test, on a real PostgreSQL, dropped on dispose. The server is the one of
/// <c>STATUSHUB_TEST_PG</c> (set by <c>./test</c>); without it, this process keeps a private throw-away server of its own.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string server;

    private TestDatabase(string server, string name)
    {
        this.server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string Name { get; }

    /// <summary>Opens the database as a superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>With the hub's schema and nothing else in it: a copy of one that was migrated once for this process.</summary>
    /// <exception cref="InvalidOperationException">There is no PostgreSQL and none could be started; the message says why.</exception>
    public static async Task<TestDatabase> CreateAsync(CancellationToken cancel = default) =>
        await CreateAsync($"TEMPLATE {await MigratedTemplate.Name.Value}", cancel);

    /// <summary>With nothing in it, for who tells of a hub's first start.</summary>
    /// <exception cref="InvalidOperationException">As above.</exception>
    public static Task<TestDatabase> CreateEmptyAsync(CancellationToken cancel = default) => CreateAsync("", cancel);

    private static async Task<TestDatabase> CreateAsync(string from, CancellationToken cancel)
    {
        var host = await PrivatePostgres.Server.Value;
        var name = $"test_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await Run(host, $"CREATE DATABASE {name} {from}", cancel);
        return new TestDatabase(host, name);
    }

    /// <summary>Runs a statement in the database, past every wall.</summary>
    public Task RunAsync(string sql) => Run(ConnectionString, sql, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await Run(server, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)", CancellationToken.None);
    }

    private static async Task Run(string server, string sql, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>The database that those of tests are copies of; it goes with the process.</summary>
internal static class MigratedTemplate
{
    public static readonly Lazy<Task<string>> Name = new(MakeAsync);

    private static async Task<string> MakeAsync()
    {
        var made = await TestDatabase.CreateEmptyAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.DisposeAsync().AsTask().GetAwaiter().GetResult();
        // Without pools, for a database that somebody is connected to cannot be copied.
        var connection = new NpgsqlConnectionStringBuilder(made.ConnectionString) { Pooling = false }.ConnectionString;
        await using var database = new Database(connection, new StorageOptions());
        await Migrator.MigrateAsync(database, MigrationSetup.Options(connection), CancellationToken.None);
        return made.Name;
    }
}

/// <summary>The server all tests of this process share.</summary>
internal static class PrivatePostgres
{
    public static readonly Lazy<Task<string>> Server = new(FindOrStart);

    // The keeper stops its server when our end of its standard input closes, which a killed test process does as well.
    private static Process? keeper;

    private static async Task<string> FindOrStart()
    {
        if (Environment.GetEnvironmentVariable("STATUSHUB_TEST_PG") is { Length: > 0 } given)
        {
            return given;
        }

        var start = new ProcessStartInfo(Path.Combine(Repository.Root, ".ci", "postgres.sh"), ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        keeper = Process.Start(start) ?? throw new InvalidOperationException($"Could not start {start.FileName}.");
        var connection = await keeper.StandardOutput.ReadLineAsync();
        return connection ?? throw new InvalidOperationException(await keeper.StandardError.ReadToEndAsync());
    }
}
