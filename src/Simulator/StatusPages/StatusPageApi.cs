using StatusHub.Simulator.World;

namespace StatusHub.Simulator.StatusPages;

/// <summary>Each provider's own status page, in the shape of the Statuspage API v2, below <c>/{provider}/status</c>.</summary>
internal static class StatusPageApi
{
    public static void MapStatusPages(this WebApplication app) =>
        app.MapGet("/{provider}/status/api/v2/summary.json", (string provider, HttpRequest request, LiveWorld world) =>
            world.Of(provider).Any()
                ? Results.Bytes(Summary(provider, request, world), "application/json; charset=utf-8")
                : Results.NotFound());

    private static byte[] Summary(string provider, HttpRequest request, LiveWorld world)
    {
        var address = $"{request.Scheme}://{request.Host}/{provider}/status";
        return SummaryJson.Write(OfficialPage.Of(provider, world), address);
    }
}
