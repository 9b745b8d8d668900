using System.Text.Json;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Official;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.Official;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>A provider's own page as it is read.</summary>
/// <param name="Format"><c>statuspage</c>, <c>google_cloud</c>, <c>aws_health</c>, <c>better_stack</c> or <c>feed</c>.</param>
/// <param name="Components">Models by the id of the page's component; a component that bears a model's name needs no line.</param>
/// <param name="State"><c>unread</c>, <c>read</c>, <c>unreadable</c> or <c>stale</c>.</param>
/// <param name="ReadAt">When it was last read.</param>
/// <param name="ChangedAt">When it last said something new.</param>
/// <param name="FailingSince">Since when it cannot be read; null while it can.</param>
/// <param name="Fault">Why not.</param>
public sealed record OfficialPageJson(
    string Provider, string Url, string Format, IReadOnlyDictionary<string, IReadOnlyList<string>> Components, string State,
    DateTimeOffset? ReadAt, DateTimeOffset? ChangedAt, DateTimeOffset? FailingSince, string? Fault);

/// <summary>The body of a change; here for the API document, requests are read strictly.</summary>
public sealed record OfficialPageBody(string Url, string? Format, IReadOnlyDictionary<string, IReadOnlyList<string>>? Components);

/// <summary>Where providers say themselves how they are: the second of the two clocks.</summary>
internal static class OfficialPagesApi
{
    private const int MaxUrl = 2_000;
    private const int MaxComponents = 200;
    private const int MaxComponentId = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string path = "/api/v1/providers/{id}/page";
        routes.MapMethods(path, Verbs.Read, ReadAsync).WithTags("Providers").WithSummary("A provider's own status page, and how it is read")
            .Produces<OfficialPageJson>().ProducesProblems(404);
        routes.MapPut(path, ReplaceAsync).WithTags("Providers").RequireScope(Scopes.Admin).WithSummary("Names a provider's own page; operator only")
            .Accepts<OfficialPageBody>("application/json").Produces<OfficialPageJson>().ProducesProblems(400, 401, 403, 404, 413, 415, 429).WithMetadata(new CountedWrite());
        routes.MapDelete(path, DeleteAsync).WithTags("Providers").RequireScope(Scopes.Admin).WithSummary("Reads a provider's own page no more; operator only")
            .Produces(204).ProducesProblems(401, 403, 404, 429).WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, OfficialBook book, Clocks clocks, IOptions<OfficialOptions> options) =>
        await book.FindAsync(id, context.RequestAborted) is { } stand ? Answer.Json(Of(stand, clocks, options)) : NoSuch();

    private static async Task<IResult> ReplaceAsync(
        string id, HttpContext context, OrganisationDesk desk, OfficialBook book, Clocks clocks, IOptions<OfficialOptions> options)
    {
        if (!(await context.AskingAsync(desk, context.RequestAborted)).IsOperator)
        {
            return NotYours();
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var page = Read(input, id);
        if (errors.Count > 0)
        {
            return Problem.Answer(ProblemKind.Invalid, "The page is not valid.", errors);
        }

        return await book.PutAsync(page, context.RequestAborted) && await book.FindAsync(id, context.RequestAborted) is { } stand
            ? Answer.Json(Of(stand, clocks, options))
            : Problem.Answer(ProblemKind.NotFound, "There is no such provider.");
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, OrganisationDesk desk, OfficialBook book, Clocks clocks) =>
        !(await context.AskingAsync(desk, context.RequestAborted)).IsOperator ? NotYours()
        : await book.DeleteAsync(id, clocks.Now, context.RequestAborted) ? Results.NoContent()
        : NoSuch();

    /// <summary>A page as a request or a file names it; what is wrong is reported.</summary>
    internal static OfficialPage Read(JsonInput input, string provider)
    {
        var page = new OfficialPage(provider, UrlOf(input), FormatOf(input), ComponentsOf(input, provider));
        input.RejectRest();
        return page;
    }

    private static string UrlOf(JsonInput input)
    {
        var url = input.String("url");
        if (url is null || url.Length > MaxUrl || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            input.Refuse("url", "format", $"An absolute http or https address without a name in it, of at most {MaxUrl} characters.");
        }

        return url ?? "";
    }

    private static PageFormat FormatOf(JsonInput input)
    {
        var name = input.String("format");
        var format = name is null ? PageFormat.Statuspage : PageFormats.TryParse(name);
        if (format is null)
        {
            input.Refuse("format", "unknown", $"One of {string.Join(", ", Enum.GetValues<PageFormat>().Select(f => f.WireName()))}.");
        }

        return format ?? PageFormat.Statuspage;
    }

    private static Dictionary<string, IReadOnlyList<ModelId>> ComponentsOf(JsonInput input, string provider)
    {
        var raw = input.Raw("components");
        var components = new Dictionary<string, IReadOnlyList<ModelId>>(StringComparer.Ordinal);
        if (raw.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return components;
        }

        var isRight = raw.ValueKind == JsonValueKind.Object && raw.EnumerateObject().Count() <= MaxComponents;
        foreach (var component in isRight ? raw.EnumerateObject() : default)
        {
            var models = component.Value.ValueKind != JsonValueKind.Array ? [] : component.Value.EnumerateArray()
                .Select(m => m.ValueKind == JsonValueKind.String && ModelId.TryParse(m.GetString(), out var id) && id.Provider == provider ? id : default).ToList();
            isRight &= component.Name.Length is > 0 and <= MaxComponentId && models.Count > 0 && models.TrueForAll(m => m != default);
            components[component.Name] = models;
        }

        if (!isRight)
        {
            input.Refuse("components", "format", $"At most {MaxComponents} ids of the page's components, each with a list of this provider's models.");
        }

        return components;
    }

    private static OfficialPageJson Of(OfficialStand s, Clocks clocks, IOptions<OfficialOptions> options) => new(
        s.Page.ProviderId, s.Page.Url, s.Page.Format.WireName(), s.Page.Components.ToDictionary(c => c.Key, c => (IReadOnlyList<string>)[.. c.Value.Select(m => m.Value)]),
        s.StateAt(clocks.Now, options.Value.Stale).WireName(), s.ReadAt, s.ChangedAt, s.FailingSince, s.Fault);

    private static Answer NotYours() => Problem.Answer(ProblemKind.Forbidden, "Only a key of the hub's operator may say where providers' pages are.");

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "No page of such a provider is read.");
}
