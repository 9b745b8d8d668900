using System.Net;
using System.Text;
using StatusHub.Domain.Judging;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

/// <summary>The shields endpoint schema, so that shields.io can draw our badge.</summary>
public sealed record ShieldsJson(int SchemaVersion, string Label, string Message, string Color, int CacheSeconds);

/// <summary>A model's state in one small picture.</summary>
internal static class BadgesApi
{
    private const int CacheSeconds = 60;
    private const int MaxLabel = 64;

    // Average advance of 11 px Verdana, and padding either side.
    private const int CharacterWidth = 7;
    private const int Padding = 10;

    // A picture runs nothing and loads nothing.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/badge/{provider}/{model}.svg", Verbs.Read,
                (string provider, string model, CurrentView current, RenderedDocuments documents) => Badge(current, documents, provider, model, ".svg",
                    m => new Rendered("image/svg+xml; charset=utf-8", Encoding.UTF8.GetBytes(Svg(m))) { Policy = Policy }))
            .WithTags("Badges").WithSummary("A model's state as a picture").Produces(200, contentType: "image/svg+xml").ProducesProblems(404);
        routes.MapMethods("/badge/{provider}/{model}.json", Verbs.Read,
                (string provider, string model, CurrentView current, RenderedDocuments documents) => Badge(current, documents, provider, model, ".json",
                    m => new Rendered(Answer.JsonType, ApiJson.Bytes(new ShieldsJson(1, Label(m), Message(m), Colour(m), CacheSeconds)))))
            .WithTags("Badges").WithSummary("A model's state in the shields endpoint schema").Produces<ShieldsJson>().ProducesProblems(404);
    }

    private static IResult Badge(
        CurrentView current, RenderedDocuments documents, string provider, string model, string kind, Func<ModelView, Rendered> draw) =>
        ModelsApi.Find(current.Value, provider, model) is { } found
            ? documents.Get($"badge/{found.Id}{kind}", view => draw(view.Models.FirstOrDefault(m => m.Id == found.Id) ?? found))
            : Problem.Answer(ProblemKind.NotFound, "There is no such model.");

    private static string Label(ModelView m) => m.Name.Length > MaxLabel ? m.Name[..MaxLabel] : m.Name;

    private static string Message(ModelView m) => m.Verdict.Status.WireName().Replace('_', ' ');

    private static string Colour(ModelView m) => m.Verdict.Status switch
    {
        HealthState.Operational => "1a7f37",
        HealthState.DegradedPerformance => "9a6700",
        HealthState.PartialOutage => "bc4c00",
        HealthState.MajorOutage => "cf222e",
        HealthState.UnderMaintenance => "0969da",
        _ => "6e7781",
    };

    private static string Svg(ModelView m)
    {
        var (label, message) = (WebUtility.HtmlEncode(Label(m)), WebUtility.HtmlEncode(Message(m)));
        var left = Width(Label(m));
        var right = Width(Message(m));
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{label}: {message}">
            <title>{label}: {message}</title>
            <rect width="{left}" height="20" fill="#24292f"/><rect x="{left}" width="{right}" height="20" fill="#{Colour(m)}"/>
            <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">
            <text x="{left / 2}" y="14">{label}</text><text x="{left + (right / 2)}" y="14">{message}</text></g>
            </svg>
            """;
    }

    private static int Width(string text) => (text.Length * CharacterWidth) + (2 * Padding);
}
