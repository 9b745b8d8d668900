using Npgsql;

namespace StatusHub.Domain.Storage;

/// <summary>
/// The doors to PostgreSQL. <see cref="Owner"/> migrates; everything else runs as the role <c>statushub_app</c>, which owns no
/// table and is bound by row-level security. <see cref="System"/> sees every organisation (probing, judging, the log);
/// <see cref="Tenant"/> sees none until a request's own is set on the connection.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    public const string AppRole = "statushub_app";

    /// <summary>The setting row-level security reads: an organisation's id, or <see cref="EveryOrg"/>.</summary>
    public const string OrgSetting = "statushub.org";

    public const string EveryOrg = "*";

    /// <summary>Statements a connection keeps prepared: the few dozen that every batch of evidence repeats.</summary>
    private const int PreparedStatements = 64;

    public Database(string connectionString, StorageOptions options)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString)
        {
            CommandTimeout = options.CommandTimeoutSeconds,
            Timeout = options.ConnectTimeoutSeconds,
            ApplicationName = "statushub",
        };
        Owner = Build(new(given.ConnectionString) { MaxPoolSize = 2, CommandTimeout = 600 });
        System = Build(AsApp(given, EveryOrg, options.MaxConnections));
        Inbox = Build(AsApp(given, EveryOrg, EventInbox.Commits));
        Reads = Build(AsApp(given, EveryOrg, options.MaxReadConnections));
        Tenant = Build(AsApp(given, "none", options.MaxConnections));
    }

    public NpgsqlDataSource Owner { get; }

    public NpgsqlDataSource System { get; }

    /// <summary>
    /// As <see cref="System"/>, for <see cref="EventInbox"/> alone: what runs on the same connections again and again finds the server's
    /// side of them warm (measured: a fifth less of its processor time than by turns on twenty).
    /// </summary>
    public NpgsqlDataSource Inbox { get; }

    /// <summary>As <see cref="System"/>, but few: for questions that come from outside.</summary>
    public NpgsqlDataSource Reads { get; }

    public NpgsqlDataSource Tenant { get; }

    /// <summary>Runs statements as the owner, one after another: for schema that a library brings with it.</summary>
    public async Task ExecuteAsOwnerAsync(IReadOnlyList<string> statements, CancellationToken cancel)
    {
        await using var connection = await Owner.OpenConnectionAsync(cancel);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>The given connection as the application's role, for what must open connections of its own (Quartz's clustered store).</summary>
    public static string AppConnectionString(string connectionString, int connections) =>
        AsApp(new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "statushub duties" }, EveryOrg, connections).ConnectionString;

    /// <summary>A connection that sees only one organisation's rows.</summary>
    public async Task<NpgsqlConnection> OpenTenantAsync(Guid orgId, CancellationToken cancel)
    {
        var connection = await Tenant.OpenConnectionAsync(cancel);
        await BindAsync(connection, orgId, cancel);
        return connection;
    }

    internal static async Task BindAsync(NpgsqlConnection connection, Guid? orgId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"SELECT set_config('{OrgSetting}', $1, false)", connection);
        command.Parameters.Add(new() { Value = orgId?.ToString() ?? "none" });
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await System.DisposeAsync();
        await Inbox.DisposeAsync();
        await Reads.DisposeAsync();
        await Tenant.DisposeAsync();
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder builder) =>
        new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();

    // The role stands in the start-up options, not in a statement, so no code path can forget it. A reset on close would drop it.
    private static NpgsqlConnectionStringBuilder AsApp(NpgsqlConnectionStringBuilder given, string org, int connections) =>
        new(given.ConnectionString)
        {
            MaxPoolSize = connections,
            NoResetOnClose = true,
            MaxAutoPrepare = PreparedStatements,
            Options = $"-c role={AppRole} -c {OrgSetting}={org}",
        };
}
