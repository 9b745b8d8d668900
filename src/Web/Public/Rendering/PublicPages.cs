using System.Net;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Scores;
using StatusHub.Web.Api;

namespace StatusHub.Web.Public.Rendering;

/// <summary>Which page stands at which path.</summary>
public static class PublicPages
{
    public const string Home = "/";
    public const string Incidents = "/incidents";
    public const string Feed = "/feed";
    public const string Types = "/feed/types";
    public const string Problems = "/problems";
    public const string Scores = "/scores";
    public const string Methodology = "/docs/methodology";

    /// <summary>Where the page for "no such page" is rendered; never linked.</summary>
    public const string NotFound = "/404";

    /// <summary>Where the page for "our fault" is rendered; never linked.</summary>
    public const string Error = "/500";

    /// <summary>
    /// The content security policy every public page keeps: nothing inline, nothing from elsewhere. Its value belongs in the
    /// <c>Content-Security-Policy</c> header.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static string PathOf(ModelId id) => $"/models/{id}";

    public static string PathOf(IsoWeek week) => $"{Scores}/{week}";

    public static string PathOf(IncidentView incident) => $"{Incidents}/{incident.Id}";

    /// <summary>Pages that do not tell of any model: how to join the feed, its types, and what each problem means.</summary>
    private static readonly IReadOnlyList<string> Guides = [Feed, Types, Methodology, Problems, .. ProblemCatalogue.All.Select(k => $"{Problems}/{k.Name}")];

    /// <summary>Every page of a view, without base path; the two error pages last.</summary>
    public static IEnumerable<string> Paths(HubView view) =>
    [
        Home,
        Incidents,
        .. view.Models.Select(m => PathOf(m.Id)),
        .. view.Incidents.Select(PathOf),
        Scores,
        .. view.Scores.Select(s => PathOf(s.Week)),
        .. Guides,
        NotFound,
        Error,
    ];

    /// <param name="path">Without base path and query; anything unknown is the page for "no such page".</param>
    public static PublicPage At(HubView view, string path)
    {
        if (path is Home)
        {
            return new HomePage();
        }

        if (path is Incidents)
        {
            return new IncidentListPage();
        }

        if (path is Scores)
        {
            return new ScoresPage(view.Scores.Count > 0 ? view.Scores[0] : null);
        }

        if (path is Error)
        {
            return new ErrorPage();
        }

        if (Guides.Contains(path))
        {
            return path switch
            {
                Feed => new FeedPage(),
                Types => new TypesPage(),
                Methodology => new MethodologyPage(),
                Problems => new ProblemsPage(),
                _ => new ProblemPage(path[(Problems.Length + 1)..]),
            };
        }

        if (path.StartsWith("/models/", StringComparison.Ordinal) && ModelId.TryParse(path["/models/".Length..], out var id)
            && view.Models.FirstOrDefault(m => m.Id == id) is { } model)
        {
            return new ModelPage(model);
        }

        if (path.StartsWith("/scores/", StringComparison.Ordinal) && IsoWeek.TryParse(path["/scores/".Length..], out var asked)
            && view.Scores.FirstOrDefault(s => s.Week == asked) is { } week)
        {
            return new ScoresPage(week);
        }

        return path.StartsWith("/incidents/", StringComparison.Ordinal) && Guid.TryParseExact(path["/incidents/".Length..], "D", out var guid)
            && view.Incidents.FirstOrDefault(i => i.Id == guid) is { } incident
            ? new IncidentPage(incident)
            : new NotFoundPage();
    }
}

/// <summary>One of the pages there are.</summary>
public abstract record PublicPage(HttpStatusCode Status);

public sealed record HomePage() : PublicPage(HttpStatusCode.OK);

public sealed record ModelPage(ModelView Model) : PublicPage(HttpStatusCode.OK);

public sealed record IncidentListPage() : PublicPage(HttpStatusCode.OK);

public sealed record IncidentPage(IncidentView Incident) : PublicPage(HttpStatusCode.OK);

/// <summary>A page that does not change by the minute, and so needs no live updates.</summary>
public abstract record GuidePage() : PublicPage(HttpStatusCode.OK);

public sealed record FeedPage() : GuidePage;

public sealed record TypesPage() : GuidePage;

/// <param name="Week">Null before the first is published.</param>
public sealed record ScoresPage(PublishedWeek? Week) : GuidePage;

public sealed record MethodologyPage() : GuidePage;

public sealed record ProblemsPage() : GuidePage;

public sealed record ProblemPage(string Name) : GuidePage;

public sealed record NotFoundPage() : PublicPage(HttpStatusCode.NotFound);

public sealed record ErrorPage() : PublicPage(HttpStatusCode.InternalServerError);
