using Npgsql;

namespace StatusHub.Domain.Storage;

/// <summary>The hub's own few facts, by name: its identity, what was already done once.</summary>
public sealed class Settings(Database database)
{
    /// <summary>The hub's identity, the <c>source</c> of its own events (<c>urn:uuid:…</c>).</summary>
    public const string HubId = "hub-id";

    public async Task<string?> FindAsync(string name, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT value FROM settings WHERE name = $1");
        command.Parameters.Add(new() { Value = name });
        return (string?)await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>Sets a value unless one is there already.</summary>
    /// <returns>The value that now stands, and whether it is the given one.</returns>
    public async Task<(string Value, bool Added)> AddAsync(string name, string value, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = value });
        var added = await command.ExecuteNonQueryAsync(cancel) == 1;
        return added ? (value, true) : ((await FindAsync(name, cancel))!, false);
    }

    public async Task PutAsync(string name, string value, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("DELETE FROM settings WHERE name = $1");
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Names and values whose name starts with a prefix.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StartingWithAsync(string prefix, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT name, value FROM settings WHERE starts_with(name, $1)");
        command.Parameters.Add(new() { Value = prefix });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetString(0)] = reader.GetString(1);
        }

        return found;
    }
}
