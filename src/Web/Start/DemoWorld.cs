using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Official;
using StatusHub.Domain.Storage;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Start;

/// <summary>Watches every model of a simulator, as an operator would by hand.</summary>
public sealed class DemoWorld(WatchList list, OfficialBook pages)
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
        foreach (var provider in answer.Models.Select(m => m.Id.Provider).Distinct(StringComparer.Ordinal))
        {
            var page = new Uri(simulator, $"/{provider}/status").AbsoluteUri;
            await pages.PutAsync(new OfficialPage(provider, page, PageFormat.Statuspage, new Dictionary<string, IReadOnlyList<ModelId>>()), cancel);
        }
    }

    private sealed record ModelList(IReadOnlyList<SimulatedModel> Models);

    private sealed record SimulatedModel(
        ModelId Id, string Name, string ProviderName, string Dialect, string Url, string WireModel, IReadOnlyList<string> Domains);
}
