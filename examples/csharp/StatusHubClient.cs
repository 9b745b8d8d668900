using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace StatusHub.Example;

/// <summary>What to do with the requests meant for a model.</summary>
/// <param name="PrimaryShare">Share of them the primary should get, 0 to 1.</param>
/// <param name="Use">Where the rest goes; null to stay.</param>
internal sealed record Advice(string Primary, double PrimaryShare, string? Use, string Reason)
{
    /// <param name="chance">From 0 up to 1, new for each request: while the primary comes back it gets its share.</param>
    public string ModelFor(double chance) => Use is null || chance < PrimaryShare ? Primary : Use;
}

/// <summary>
/// Asks a hub, at most once for as long as an answer is valid. While the hub does not answer, the last answer holds, and without any the
/// primary is used: a health service must never be the reason that requests fail.
/// </summary>
internal sealed class StatusHubClient(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(30), AsksAgainAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, Advice Advice)> _kept = new(StringComparer.Ordinal);

    public async Task<Advice> AdviceAsync(string model, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(model, out var kept) && kept.Until > now)
        {
            return kept.Advice;
        }

        try
        {
            var told = await http.GetFromJsonAsync<Told>($"/api/v1/fallback?model={Uri.EscapeDataString(model)}", JsonSerializerOptions.Web, cancel);
            var advice = new Advice(model, told!.PrimaryShare, told.Advice == "switch" ? told.Use : null, told.Reason);
            _kept[model] = (now + ValidFor, advice);
            return advice;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            var last = kept.Advice ?? new Advice(model, 1, null, "The hub does not answer.");
            _kept[model] = (now + AsksAgainAfter, last);
            return last;
        }
    }

    private sealed record Told(string Advice, double PrimaryShare, string? Use, string Reason);
}
