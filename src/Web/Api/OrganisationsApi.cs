using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <param name="Slug">Its name in addresses and in other calls.</param>
public sealed record OrganisationJson(Guid Id, string Slug, string Name, DateTimeOffset CreatedAt)
{
    internal static OrganisationJson Of(Organisation o) => new(o.Id, o.Slug, o.Name, o.CreatedAt);
}

/// <param name="NextCursor">Give it as <c>cursor</c> for the next page; null on the last.</param>
public sealed record OrganisationListJson(IReadOnlyList<OrganisationJson> Organisations, string? NextCursor);

/// <summary>The body of a create; here for the API document, requests are read strictly.</summary>
public sealed record OrganisationBody(string Slug, string Name);

/// <summary>Organisations: the operator makes and sees all, any other sees itself.</summary>
internal static class OrganisationsApi
{
    public const int MaxNameLength = 200;

    private const string Path = "/api/v1/orgs";
    private const int UsualPage = 100;
    private const int MaxPage = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Organisations").RequireScope(Scopes.Admin)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Every organisation for the operator; for others their own")
            .Produces<OrganisationListJson>().ProducesProblems(400);
        group.MapMethods("{slug}", Verbs.Read, FindAsync).WithSummary("One organisation").Produces<OrganisationJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Makes an organisation; operator only").Accepts<OrganisationBody>("application/json")
            .Produces<OrganisationJson>(201).ProducesProblems(400, 409, 413, 415, 422, 429)
            .WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, string? cursor, string? limit, OrganisationDesk desk, CancellationToken cancel)
    {
        if (!Page.TryLimit(limit, UsualPage, MaxPage, out var count))
        {
            return Problem.Parameter("limit", "range", $"1 to {MaxPage}.");
        }

        if (cursor is not null && !Slug.IsValid(cursor))
        {
            return Problem.Parameter("cursor", "format", "This is no cursor of this list.");
        }

        var asking = await context.AskingAsync(desk, cancel);
        if (!asking.IsOperator)
        {
            return Answer.Json(new OrganisationListJson([OrganisationJson.Of(asking.Organisation)], null));
        }

        var page = await desk.ListAsync(cursor ?? "", count + 1, cancel);
        var next = page.Count > count ? page[count - 1].Slug : null;
        return Answer.Json(new OrganisationListJson([.. page.Take(count).Select(OrganisationJson.Of)], next));
    }

    private static async Task<IResult> FindAsync(string slug, HttpContext context, OrganisationDesk desk, CancellationToken cancel)
    {
        var asking = await context.AskingAsync(desk, cancel);
        return await asking.ReachAsync(slug, desk, cancel) is { } found ? Answer.Json(OrganisationJson.Of(found)) : NoSuch();
    }

    private static async Task<IResult> CreateAsync(HttpContext context, OrganisationDesk desk, CancellationToken cancel)
    {
        var asking = await context.AskingAsync(desk, cancel);
        if (!asking.IsOperator)
        {
            return Problem.Answer(ProblemKind.Forbidden, "Only a key of the hub's operator may make organisations.");
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var (slug, name) = (input.String("slug"), input.Name("name", MaxNameLength, errors));
        input.RejectRest();
        CheckSlug(slug, errors);
        if (errors.Count > 0)
        {
            return Problem.Answer(ProblemKind.Invalid, "The organisation is not valid.", errors);
        }

        return await desk.CreateAsync(asking.Holder, slug!, name!, cancel) is { } made
            ? Answer.Json(OrganisationJson.Of(made), StatusCodes.Status201Created) with { Location = $"{Path}/{made.Slug}" }
            : Problem.Answer(ProblemKind.Taken, "Another organisation has this slug.", [new InputError("/slug", "taken", "Choose another.")]);
    }

    private static void CheckSlug(string? slug, List<InputError> errors)
    {
        if (slug is null)
        {
            errors.AddMissing("/slug");
        }
        else if (!Slug.IsValid(slug))
        {
            errors.Add(new("/slug", "format", $"{Slug.MinLength} to {Slug.MaxLength} of a-z, 0-9 and -, no - at either end."));
        }
        else if (Slug.IsReserved(slug))
        {
            errors.Add(new("/slug", "reserved", "This name is the hub's own."));
        }
    }

    internal static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such organisation.");
}
