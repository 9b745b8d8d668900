using Npgsql;

namespace StatusHub.Support;

/// <summary>A table that nobody else reads or writes until it is let go: holds work exactly where it comes to that table.</summary>
public sealed class HeldTable : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _table;

    private HeldTable(NpgsqlConnection connection, string table) => (_connection, _table) = (connection, table);

    /// <param name="connectionString">Opens the database as a superuser.</param>
    public static async Task<HeldTable> TakeAsync(string connectionString, string table)
    {
        var held = new HeldTable(new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString), table);
        await held._connection.OpenAsync();
        await held.RunAsync($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        return held;
    }

    /// <summary>Returns once somebody has come to the table and waits.</summary>
    public Task SomebodyWaitsAsync() => Patience.UntilAsync(
        $"somebody waits for {_table}",
        async () => (bool)(await RunAsync($"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = '{_table}'::regclass AND NOT granted)"))!);

    /// <summary>Lets the table go.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<object?> RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync();
    }
}
