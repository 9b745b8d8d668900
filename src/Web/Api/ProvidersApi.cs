using System.Text.Json;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <param name="AnsweredBy">Slug of the organisation that answers for its models; null for none, or for one that is not yours to know.</param>
public sealed record ProviderJson(string Id, string Name, string? AnsweredBy);

public sealed record ProviderListJson(IReadOnlyList<ProviderJson> Providers);

/// <summary>The body of a change; here for the API document, requests are read strictly.</summary>
public sealed record ProviderBody(string? AnsweredBy);

/// <summary>Who answers for which provider: its incidents become the provider's word, and signals about its models reach it.</summary>
internal static class ProvidersApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/providers").WithTags("Providers").RequireScope(Scopes.Admin)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Every provider of the catalogue").Produces<ProviderListJson>();
        group.MapPut("{id}", ReplaceAsync).WithSummary("Says who answers for a provider; operator only").Accepts<ProviderBody>("application/json")
            .Produces<ProviderJson>().ProducesProblems(400, 404, 413, 415, 429).WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> ListAsync(HttpContext context, OrganisationDesk desk, CancellationToken cancel)
    {
        var asking = await context.AskingAsync(desk, cancel);
        return Answer.Json(new ProviderListJson([.. (await desk.ProvidersAsync(cancel)).Select(p =>
            new ProviderJson(p.Provider.Id, p.Provider.Name, asking.IsOperator || p.AnsweredBy == asking.Organisation.Slug ? p.AnsweredBy : null))]));
    }

    private static async Task<IResult> ReplaceAsync(string id, HttpContext context, OrganisationDesk desk, CancellationToken cancel)
    {
        var asking = await context.AskingAsync(desk, cancel);
        if (!asking.IsOperator)
        {
            return Problem.Answer(ProblemKind.Forbidden, "Only a key of the hub's operator may say who answers for a provider.");
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var slug = input.String("answeredBy");
        input.RejectRest();
        if (body.Root.ValueKind == JsonValueKind.Object && !body.Root.TryGetProperty("answeredBy", out _))
        {
            errors.Add(new("/answeredBy", "required", "A slug, or null for nobody."));
        }

        var organisation = slug is null ? null : await desk.FindAsync(slug, cancel);
        if (slug is not null && organisation is null)
        {
            errors.Add(new("/answeredBy", "unknown", "There is no such organisation."));
        }

        if (errors.Count > 0)
        {
            return Problem.Answer(ProblemKind.Invalid, "The change is not valid.", errors);
        }

        return await desk.AnswerForAsync(asking.Holder, id, organisation, cancel) is { } provider
            ? Answer.Json(new ProviderJson(provider.Id, provider.Name, organisation?.Slug))
            : Problem.Answer(ProblemKind.NotFound, "There is no such provider.");
    }
}
