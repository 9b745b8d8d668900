using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using StatusHub.Support;

namespace StatusHub.Faults.Evidence;

/// <summary>Hubs that live on one database, one model they know, and somebody who keeps sending suspicions about it to whichever of them answers.</summary>
internal sealed class Signals : IAsyncDisposable
{
    public const string Key = "operator-key-of-the-fault-tests";

    private const string Model = "acme/one";
    private const int BatchOf = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly string _connectionString;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = Patience.Usual };
    private readonly ConcurrentDictionary<string, Uri> _hubs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private long _accepted;
    private Task _work = Task.CompletedTask;

    public Signals(string connectionString)
    {
        _connectionString = connectionString;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Requests answered 202 so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Begins to send; the tables must be there.</summary>
    public async Task BeginAsync()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $$"""
            INSERT INTO providers (id, name) VALUES ('acme', 'Acme');
            INSERT INTO models (id, provider_id, name, created_at, domains) VALUES ('{{Model}}', 'acme', 'One', now(), '{}')
            """, connection);
        await command.ExecuteNonQueryAsync();
        _work = Task.Run(WorkAsync);
    }

    public void SendTo(string node, Uri hub) => _hubs[node] = hub;

    public void SendNoMoreTo(string node) => _hubs.TryRemove(node, out _);

    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _work;
    }

    /// <summary>
    /// How many suspicions stand in the log, how many were counted as evidence, and how far the intake is behind; all of one moment, or what is
    /// counted between two questions would seem lost.
    /// </summary>
    public async Task<(long Logged, long Counted, long Behind)> CountsAsync()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM events WHERE type = 'io.statushub.signal.v1'),
                   (SELECT coalesce(sum(suspicions), 0)::bigint FROM outside_evidence),
                   (SELECT position FROM event_head) - (SELECT position FROM cursors WHERE name = 'evidence')
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            var body = $"[{string.Join(',', Enumerable.Range(0, BatchOf).Select(i => Event($"s-{n}-{i}")))}]";
            while (!await TrySendAsync(body, n) && !_stop.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }

    private async Task<bool> TrySendAsync(string body, int turn)
    {
        var hubs = _hubs.Values.ToList();
        if (hubs.Count == 0)
        {
            return false;
        }

        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new("application/cloudevents-batch+json");
        try
        {
            using var answer = await _http.PostAsync(new Uri(hubs[turn % hubs.Count], "/feed/events"), content);
            var isTaken = (int)answer.StatusCode == 202;
            Interlocked.Add(ref _accepted, isTaken ? 1 : 0);
            return isTaken;
        }
        catch (HttpRequestException)
        {
            return false; // killed meanwhile: sent again, to another
        }
    }

    private static string Event(string id) =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"urn:statushub:fault:signals","type":"io.statushub.signal.v1","subject":"{{Model}}","data":{"model":"{{Model}}","severity":"minor"} }""";
}
