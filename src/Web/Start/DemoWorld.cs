using System.Text.Json;
using StatusHub.Domain.Catalog;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Start;

/// <summary>Watches every model of a simulator, as an operator would by hand.</summary>
public sealed class DemoWorld(WatchList list)
{
    private const string DemoKey = "demo-key";
    private const int MaxAnswerBytes = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="HttpRequestException">The simulator does not answer (yet).</exception>
    public async Task EnsureAsync(Guid orgId, Uri simulator, CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = MaxAnswerBytes };
        var answer = await client.GetFromJsonAsync<ModelList>(new Uri(simulator, "/control/models"), JsonSerializerOptions.Web, cancel);
        await list.ApplyAsync(
            orgId,
            "demo",
            [.. answer!.Models.Select(m => new Watched(
                $"demo/{m.Id}", m.Id, m.Name, m.ProviderName, m.Dialect, m.Url, m.WireModel, DemoKey, "default",
                Endpoint.DefaultIntervalSeconds,
                ProbeRung.ContentCheck, m.Domains))],
            cancel);
    }

    private sealed record ModelList(IReadOnlyList<SimulatedModel> Models);

    private sealed record SimulatedModel(
        ModelId Id, string Name, string ProviderName, string Dialect, string Url, string WireModel, IReadOnlyList<string> Domains);
}
