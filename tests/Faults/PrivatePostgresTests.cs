using System.Diagnostics;
using Npgsql;
using StatusHub.Support;

namespace StatusHub.Faults;

public sealed class PrivatePostgresTests
{
    [Fact]
    public async Task A_test_database_is_its_own_and_gone_afterwards()
    {
        string gone;
        await using (var first = await TestDatabase.CreateAsync())
        await using (var second = await TestDatabase.CreateAsync())
        {
            gone = first.ConnectionString;
            await Execute(first.ConnectionString, "CREATE TABLE here (n int)");
            Assert.Null(await Execute(second.ConnectionString, "SELECT to_regclass('here')::text"));
        }

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Execute(gone, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidCatalogName, refusal.SqlState);
    }

    [Fact]
    public async Task A_private_server_ends_with_the_process_that_asked_for_it()
    {
        using var keeper = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, ".ci", "postgres.sh"), ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var server = await keeper.StandardOutput.ReadLineAsync();
        Assert.Equal(1, await Execute(server!, "SELECT 1"));

        keeper.StandardInput.Close(); // what the system does for a process that was killed
        await keeper.WaitForExitAsync();

        await Assert.ThrowsAsync<NpgsqlException>(() => Execute(server!, "SELECT 1"));
    }

    private static async Task<object?> Execute(string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is var value && value is DBNull ? null : value;
    }
}
