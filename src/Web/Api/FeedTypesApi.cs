using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.Meaning;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Web.Api;

/// <param name="Route">Who sends it to whom.</param>
/// <param name="DefaultTlp">The sharing mark of one whose sender gave none.</param>
/// <param name="DataSchema">Absolute address of the JSON Schema of its data.</param>
public sealed record FeedTypeJson(string Type, string Route, string Description, string DefaultTlp, string DataSchema);

public sealed record FeedTypeListJson(IReadOnlyList<FeedTypeJson> Types);

/// <summary>The catalogue of event types and their schemas: for people a page, for programs JSON.</summary>
internal static class FeedTypesApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/feed/types", Verbs.Read, TypesAsync).WithTags("Feed")
            .WithSummary("The event types of this hub; a page where HTML is preferred").Produces<FeedTypeListJson>();
        routes.MapMethods("/feed/schemas/{type}", Verbs.Read, One).WithTags("Feed")
            .WithSummary("The JSON Schema of a type's data").Produces(200, contentType: Schemas.MediaType).ProducesProblems(404);
    }

    private static async Task TypesAsync(HttpContext context, RenderedDocuments documents, IOptions<HubOptions> hub)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
            return Task.CompletedTask;
        });
        if (PrefersHtml(context.Request))
        {
            await ServePages.ServeAsync(context);
        }
        else
        {
            var url = hub.Value.PublicUrl;
            await documents.Json("feed/types", _ => new FeedTypeListJson(
                [.. Schemas.Catalogue.Select(t => new FeedTypeJson(t.Type, t.Route, t.Description, t.DefaultMark.WireName(), $"{url}/feed/schemas/{t.Type}"))]))
                .ExecuteAsync(context);
        }
    }

    private static IResult One(string type, RenderedDocuments documents) => Schemas.Of(type) is { } schema
        ? documents.Get("feed/schemas/" + type, _ => new Rendered(Schemas.MediaType, schema.ToArray()))
        : Problem.Answer(ProblemKind.NotFound, "There is no such type here; its sender may know its schema.");

    // A browser names HTML; a program that says nothing, or anything goes, gets JSON.
    private static bool PrefersHtml(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Where(a => a.Quality is null or > 0).OrderByDescending(a => a.Quality ?? 1)
            .FirstOrDefault(a => a.MediaType.Value is "text/html" or "application/xhtml+xml" or "application/json" or "*/*")
            is { MediaType.Value: "text/html" or "application/xhtml+xml" };
}
