using System.Diagnostics;
using Npgsql;

namespace StatusHub.Support;

/// <summary>A PostgreSQL server of one test's own, which the test may take away and bring back; the port stays.</summary>
public sealed class OwnPostgres : IAsyncDisposable
{
    private readonly Process _keeper;
    private readonly string _server;

    private OwnPostgres(Process keeper, string server)
    {
        _keeper = keeper;
        _server = server;
    }

    /// <exception cref="InvalidOperationException">No server could be started; the message says why.</exception>
    public static async Task<OwnPostgres> StartAsync()
    {
        var keeper = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, ".ci", "postgres.sh"), ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var server = await keeper.StandardOutput.ReadLineAsync();
        return new OwnPostgres(keeper, server ?? throw new InvalidOperationException(await keeper.StandardError.ReadToEndAsync()));
    }

    /// <summary>Makes a database and returns how to open it as a superuser.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_server) { Database = name }.ConnectionString;
    }

    /// <summary>Stops it as an operator would: connections are ended, everything committed is on disk.</summary>
    public Task StopAsync() => SayAsync("stop");

    /// <summary>Ends it without a farewell, as a power cut would; the next start recovers from the write-ahead log.</summary>
    public Task CrashAsync() => SayAsync("crash");

    /// <summary>Starts it again; returns once it takes connections.</summary>
    public Task StartAgainAsync() => SayAsync("start");

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close(); // the keeper stops the server and deletes its folder
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private async Task SayAsync(string word)
    {
        await _keeper.StandardInput.WriteLineAsync(word);
        await _keeper.StandardInput.FlushAsync();
        var answer = await _keeper.StandardOutput.ReadLineAsync();
        if (answer != $"{word} 0")
        {
            throw new InvalidOperationException($"The server would not {word}: {answer}");
        }
    }
}
