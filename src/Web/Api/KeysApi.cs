using System.Text.Json.Serialization;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.CloudEvents;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <param name="Org">Slug of the organisation it stands for.</param>
/// <param name="Prefix">Its first characters, to tell keys apart.</param>
/// <param name="Sources">Event sources it may speak for.</param>
/// <param name="Key">The key itself, only in the answer that made it; it cannot be read again.</param>
public sealed record KeyJson(
    Guid Id, string Org, string Name, string Prefix, IReadOnlyList<string> Scopes, IReadOnlyList<string> Sources, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null)
{
    internal static KeyJson Of(ApiKey k, Organisation org) => new(k.Id, org.Slug, k.Name, k.Prefix, k.Scopes, k.Sources, k.CreatedAt);
}

public sealed record KeyListJson(IReadOnlyList<KeyJson> Keys);

/// <summary>The body of a create; here for the API document, requests are read strictly.</summary>
/// <param name="Org">Slug of another organisation to issue for; operator only.</param>
public sealed record KeyBody(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Sources, string? Org);

/// <summary>Keys of one's own organisation; the operator reaches every organisation's.</summary>
internal static class KeysApi
{
    /// <summary>Most sources one key may speak for.</summary>
    public const int MaxSources = 20;

    public const int MaxNameLength = 200;

    private const string Path = "/api/v1/keys";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Keys").RequireScope(Scopes.Admin)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("The live keys of your organisation (operator: of org)")
            .Produces<KeyListJson>().ProducesProblems(404);
        group.MapPost("", CreateAsync).WithSummary("Issues a key; its text is in this answer and in no other").WithDescription(Idempotency.SecretOnce).Accepts<KeyBody>("application/json")
            .Produces<KeyJson>(201).ProducesProblems(400, 404, 409, 413, 415, 422, 429)
            .WithMetadata(new CountedWrite()).AddEndpointFilter<Idempotency>();
        group.MapDelete("{id}", RevokeAsync).WithSummary("Revokes a key: it stops working within seconds").Produces(204).ProducesProblems(404, 429)
            .WithMetadata(new CountedWrite());
    }

    private static async Task<IResult> ListAsync(string? org, HttpContext context, KeyDesk keys, OrganisationDesk desk, CancellationToken cancel)
    {
        var asking = await context.AskingAsync(desk, cancel);
        return await asking.ReachAsync(org, desk, cancel) is { } reached
            ? Answer.Json(new KeyListJson([.. (await keys.ListAsync(reached.Id, cancel)).Select(k => KeyJson.Of(k, reached))]))
            : OrganisationsApi.NoSuch();
    }

    private static async Task<IResult> RevokeAsync(
        string id, string? org, HttpContext context, KeyDesk keys, OrganisationDesk desk, CancellationToken cancel)
    {
        var asking = await context.AskingAsync(desk, cancel);
        return Guid.TryParse(id, out var guid) && await asking.ReachAsync(org, desk, cancel) is { } reached
            && await keys.RevokeAsync(asking.Holder, reached.Id, guid, cancel)
                ? Answer.NoContent()
                : Problem.Answer(ProblemKind.NotFound, "There is no such live key.");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, KeyDesk keys, OrganisationDesk desk, CancellationToken cancel)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel);
        if (body is null)
        {
            return problem!;
        }

        var asking = await context.AskingAsync(desk, cancel);
        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var wanted = new KeyRequest(
            input.Name("name", MaxNameLength, errors) ?? "", input.Strings("scopes") ?? [], input.Strings("sources") ?? []);
        var org = input.String("org");
        input.RejectRest();
        CheckScopes(wanted.Scopes, asking.Holder, errors);
        CheckSources(wanted.Sources, errors);
        if (errors.Count > 0)
        {
            return Problem.Answer(ProblemKind.Invalid, "The key is not valid.", errors);
        }

        return await asking.ReachAsync(org, desk, cancel) is { } reached
            ? Answered(await keys.IssueAsync(asking.Holder, reached.Id, wanted, cancel), reached)
            : OrganisationsApi.NoSuch();
    }

    private static Answer Answered(KeyAnswer answer, Organisation org) => answer switch
    {
        KeyAnswer.Issued(var key, var text) => Created(KeyJson.Of(key, org) with { Key = text }) with { Again = Created(KeyJson.Of(key, org)) },
        KeyAnswer.SourceTaken(var at) => Problem.Answer(
            ProblemKind.Taken, "Another organisation speaks for this source.", [new InputError($"/sources/{at}", "taken", "Ask the operator if it should be yours.")]),
        KeyAnswer.TooMany(var most) => Problem.Answer(ProblemKind.LimitReached, $"An organisation has at most {most} live keys: revoke one first."),
        _ => throw new InvalidOperationException($"No answer for {answer}."),
    };

    private static Answer Created(KeyJson key) => Answer.Json(key, StatusCodes.Status201Created) with { Location = $"{Path}/{key.Id}" };

    // A key that could hand out more than it has would make every limit on keys worthless.
    private static void CheckScopes(IReadOnlyList<string> scopes, KeyHolder holder, List<InputError> errors)
    {
        if (scopes.Count == 0)
        {
            errors.AddMissing("/scopes");
        }

        for (var i = 0; i < Math.Min(scopes.Count, JsonInput.MaxErrors); i++)
        {
            if (!Scopes.All.Contains(scopes[i], StringComparer.Ordinal))
            {
                errors.Add(new($"/scopes/{i}", "unknown", $"One of {string.Join(", ", Scopes.All)}."));
            }
            else if (!holder.Scopes.Contains(scopes[i], StringComparer.Ordinal))
            {
                errors.Add(new($"/scopes/{i}", "beyond", "A key can give only scopes it has."));
            }
            else if (scopes.Take(i).Contains(scopes[i], StringComparer.Ordinal))
            {
                errors.Add(new($"/scopes/{i}", "duplicate", "Is given twice."));
            }
        }
    }

    private static void CheckSources(IReadOnlyList<string> sources, List<InputError> errors)
    {
        if (sources.Count > MaxSources)
        {
            errors.Add(new("/sources", "length", $"At most {MaxSources}."));
            return;
        }

        for (var i = 0; i < sources.Count; i++)
        {
            if (!EventSource.IsValid(sources[i]))
            {
                errors.Add(new($"/sources/{i}", "format", $"A URI-reference of at most {EventSource.MaxLength} characters, such as https://status.example.org."));
            }
            else if (sources.Take(i).Contains(sources[i], StringComparer.Ordinal))
            {
                errors.Add(new($"/sources/{i}", "duplicate", "Is given twice."));
            }
        }
    }
}
