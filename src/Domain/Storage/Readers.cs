using StatusHub.Domain.Sharing;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What an organisation may read, looked up once in a while: which providers it answers for changes seldom.</summary>
public sealed class Readers(Database database, Clocks clocks)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private ILookup<Guid, string> _answered = Array.Empty<(Guid, string)>().ToLookup(p => p.Item1, p => p.Item2);
    private long? _at;

    public async ValueTask<EventReader> OfAsync(Guid orgId, CancellationToken cancel)
    {
        var answered = Known() ?? await ReadAsync(cancel);
        return new EventReader(orgId, answered[orgId].ToHashSet(StringComparer.Ordinal));
    }

    private ILookup<Guid, string>? Known()
    {
        lock (_gate)
        {
            return _at is { } at && clocks.Real.GetElapsedTime(at) < Remembered ? _answered : null;
        }
    }

    private async Task<ILookup<Guid, string>> ReadAsync(CancellationToken cancel)
    {
        var at = clocks.Real.GetTimestamp();
        await using var command = database.System.CreateCommand("SELECT answered_by, id FROM providers WHERE answered_by IS NOT NULL");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var pairs = new List<(Guid Org, string Provider)>();
        while (await reader.ReadAsync(cancel))
        {
            pairs.Add((reader.GetGuid(0), reader.GetString(1)));
        }

        var read = pairs.ToLookup(p => p.Org, p => p.Provider);
        lock (_gate)
        {
            (_answered, _at) = (read, at);
        }

        return read;
    }
}
