using Microsoft.Extensions.Options;
using StatusHub.Web.Api;

namespace StatusHub.Web.Statuspage;

/// <summary>Statuspage's eight public reads, so that whatever watches a Statuspage can watch this hub unchanged.</summary>
internal static class StatuspageApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Read(routes, "summary", "The page, its components, open incidents and the roll-up", d => new SummaryJson(d.Page, d.Components, d.Unresolved, [], d.Status));
        Read(routes, "status", "The roll-up alone", d => new StatusJson(d.Page, d.Status));
        Read(routes, "components", "Every model, grouped by provider", d => new ComponentsJson(d.Page, d.Components));
        Read(routes, "incidents", "The 50 newest incidents", d => new IncidentsJson(d.Page, d.Incidents));
        Read(routes, "incidents/unresolved", "Open incidents", d => new IncidentsJson(d.Page, d.Unresolved));
        foreach (var name in (string[])["scheduled-maintenances", "scheduled-maintenances/upcoming", "scheduled-maintenances/active"])
        {
            Read(routes, name, "Maintenance windows; the hub plans none yet", d => new MaintenancesJson(d.Page, []));
        }
    }

    private static void Read<T>(IEndpointRouteBuilder routes, string name, string summary, Func<StatuspageDocument, T> read) =>
        routes.MapMethods($"/api/v2/{name}.json", Verbs.Read, (RenderedDocuments documents, IOptions<HubOptions> hub) =>
                documents.Json($"v2/{name}", view => read(new StatuspageDocument(view, hub.Value.PublicUrl))))
            .WithTags("Statuspage").WithSummary(summary).Produces<T>();
}
