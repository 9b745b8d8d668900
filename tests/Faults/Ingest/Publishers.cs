using System.Net.Http.Headers;
using System.Text;
using StatusHub.Support;

namespace StatusHub.Faults.Ingest;

/// <summary>
/// Several publishers at work until they are told to stop, each with a book of its own. An event that was not accepted is sent again,
/// and now and then one that was: as publishers do.
/// </summary>
internal sealed class Publishers : IAsyncDisposable
{
    public const string Source = "urn:statushub:fault:publisher";
    public const string Key = "operator-key-of-the-fault-tests";

    private const int BatchOf = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = Patience.Usual };
    private readonly Task _work;
    private volatile Uri _hub = new("http://127.0.0.1:1");
    private long _accepted;
    private long _refused;

    public Publishers(string folder, int count, int seed)
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        _work = Task.WhenAll(Enumerable.Range(0, count).Select(n => Task.Run(() => WorkAsync($"p{n}", folder, new Random(seed + n)))));
    }

    /// <summary>Requests answered 202 so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Requests answered 503 so far.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public void SendTo(Uri hub) => _hub = hub;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _http.Dispose();
        _stop.Dispose();
    }

    /// <summary>An event in the form the hub keeps, so that what is stored can be compared with what was sent.</summary>
    public static string Event(string id, int filler) =>
        $$"""{"specversion":"1.0","id":"{{id}}","source":"{{Source}}","type":"com.example.fault.v1","tlp":"clear","data":["{{new string('x', filler)}}"]}""";

    private async Task WorkAsync(string name, string folder, Random chance)
    {
        using var ledger = new Ledger(Path.Combine(folder, name + ".ledger"));
        List<(string Id, string Json)> last = [];
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            var again = last.Count > 0 && chance.Next(10) == 0;
            last = again ? last : [.. Enumerable.Range(0, chance.Next(4) == 0 ? BatchOf : 1).Select(i => ($"{name}-{n}-{i}", Event($"{name}-{n}-{i}", chance.Next(400))))];
            while (!await TrySendAsync(ledger, last) && !_stop.IsCancellationRequested)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }

    private async Task<bool> TrySendAsync(Ledger ledger, List<(string Id, string Json)> events)
    {
        var body = events.Count == 1 ? events[0].Json : $"[{string.Join(',', events.Select(e => e.Json))}]";
        events.ForEach(e => ledger.Sends(e.Id, Encoding.UTF8.GetBytes(e.Json)));
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new(events.Count == 1 ? "application/cloudevents+json" : "application/cloudevents-batch+json");
        var start = TimeProvider.System.GetTimestamp();
        var (status, retryAfter) = await PostAsync(content);
        var took = TimeProvider.System.GetElapsedTime(start);
        events.ForEach(e => ledger.Answered(new Entry(e.Id, Ledger.HashOf(Encoding.UTF8.GetBytes(e.Json)), status, retryAfter, took)));
        Interlocked.Add(ref _accepted, status == 202 ? 1 : 0);
        Interlocked.Add(ref _refused, status == 503 ? 1 : 0);
        return status == 202;
    }

    private async Task<(int Status, bool HasRetryAfter)> PostAsync(HttpContent content)
    {
        try
        {
            using var answer = await _http.PostAsync(new Uri(_hub, "/feed/events"), content);
            return ((int)answer.StatusCode, answer.Headers.RetryAfter is not null);
        }
        catch (HttpRequestException)
        {
            return (0, false); // the connection broke, or there was none to be had
        }
    }
}
