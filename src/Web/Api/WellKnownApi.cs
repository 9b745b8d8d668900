using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Feed.Peering;

namespace StatusHub.Web.Api;

/// <summary>Who this hub is, for other hubs: its identity, its public keys and where its feed is.</summary>
internal static class WellKnownApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(PeerClient.WellKnown, Verbs.Read, ServeAsync).WithTags("Peers")
            .WithSummary("Who this hub is: identity, public keys, address of its feed").Produces<WellKnownJson>().ProducesProblems(503);

    private static async Task<IResult> ServeAsync(HttpContext context, HubIdentity identity, HubKeys keys, IOptions<HubOptions> hub)
    {
        var listed = (await keys.AtAsync(context.RequestAborted)).Select(k => k.Public.Text).ToList();
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return Answer.Json(new WellKnownJson(
            identity.Source, hub.Value.Name, listed.FirstOrDefault(), listed, $"{hub.Value.PublicUrl}/feed", PeerClient.Protocol));
    }
}
