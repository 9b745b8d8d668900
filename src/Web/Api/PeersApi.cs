using System.Text.Json.Serialization;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.Peering;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Peers;

namespace StatusHub.Web.Api;

/// <summary>Another hub and the agreement with it. Its key for us cannot be read back.</summary>
/// <param name="Hub">The <c>source</c> of its own events.</param>
/// <param name="ShortId">How it stands in <c>hubpath</c>.</param>
/// <param name="PublicKey">The confirmed one.</param>
/// <param name="OfferedKey">One it shows and nobody has confirmed: compare it with its operator, then confirm it.</param>
/// <param name="Direction">Which way this hub moves events by itself: <c>pull</c>, <c>push</c> or <c>both</c>.</param>
/// <param name="State"><c>unconfirmed</c>, <c>active</c> or <c>paused</c>.</param>
/// <param name="HasKey">Whether its operator has given us a key; without one nothing is pulled or pushed from here.</param>
/// <param name="KeyForPeer">The API key to give to its operator; only in the answer that made it.</param>
public sealed record PeerJson(
    Guid Id,
    string Name,
    string Url,
    string Hub,
    string ShortId,
    string Feed,
    string? PublicKey,
    string? OfferedKey,
    string Direction,
    IReadOnlyList<string> Types,
    IReadOnlyList<string> Models,
    string MaxMark,
    PeerAcceptJson Accept,
    string State,
    bool HasKey,
    PeerStandJson Stand,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeyForPeer)
{
    internal static PeerJson Of(Peer p, PeerStand stand, string? keyForPeer = null) => new(
        p.Id, p.Name, p.Url, p.Hub, p.ShortId, p.Feed, p.PublicKey, p.OfferedKey, IncidentJson.WireName(p.Direction), p.Gives.Types, p.Gives.Models,
        p.Gives.MaxMark.WireName(), new PeerAcceptJson(p.Accepts.Types, p.Accepts.Models, p.Accepts.MaxMark.WireName()), IncidentJson.WireName(p.State),
        p.Credential is not null, PeerStandJson.Of(stand), p.CreatedAt, p.UpdatedAt, keyForPeer);
}

/// <summary>What is taken from a peer.</summary>
public sealed record PeerAcceptJson(IReadOnlyList<string>? Types, IReadOnlyList<string>? Models, string? MaxMark);

/// <summary>How the exchange goes.</summary>
/// <param name="SkewSeconds">The peer's clock minus ours.</param>
/// <param name="LagSeconds">How old the newest event taken was; 0 when nothing was left to take.</param>
/// <param name="Taken">Events stored; <c>known</c> stood in the log already, <c>dropped</c> came back to us or are left out by the agreement.</param>
public sealed record PeerStandJson(
    DateTimeOffset? SeenAt, double? SkewSeconds, double? LagSeconds, long Taken, long Known, long Dropped, string? DroppedBecause, int Failures, string? Fault)
{
    internal static PeerStandJson Of(PeerStand s) => new(
        s.SeenAt, s.Skew?.TotalSeconds, s.Lag?.TotalSeconds, s.Taken, s.Known, s.Dropped, s.DroppedBecause, s.Failures, s.Fault);
}

public sealed record PeerListJson(IReadOnlyList<PeerJson> Peers);

/// <summary>The body of a create or replace; here for the API document, requests are read strictly.</summary>
public sealed record PeerBody(
    string Name, string Url, string Direction, IReadOnlyList<string>? Types, IReadOnlyList<string>? Models, string? MaxMark, PeerAcceptJson? Accept,
    string? Key, string? PublicKey);

public sealed record PeerConfirmBody(string? PublicKey);

/// <summary>Peers are the hub's, so only the operator's keys reach them; to another organisation there are none.</summary>
internal static class PeersApi
{
    private const string Path = "/api/v1/peers";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Peers").RequireScope(Scopes.Admin)
            .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound)
            .AddEndpointFilter(OnlyOperatorAsync);
        group.MapMethods("", Verbs.Read, ListAsync).WithSummary("Other hubs and the agreements with them").Produces<PeerListJson>();
        group.MapMethods("{id}", Verbs.Read, FindAsync).WithSummary("One peer").Produces<PeerJson>();
        group.MapPost("", CreateAsync).WithSummary("Asks another hub who it is and writes an agreement down; confirm its key next")
            .Accepts<PeerBody>("application/json").Produces<PeerJson>(201).ProducesProblems(400, 409, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapPut("{id}", ReplaceAsync).WithSummary("Replaces an agreement; without a key the present one stays")
            .Accepts<PeerBody>("application/json").Produces<PeerJson>().ProducesProblems(400, 409, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapDelete("{id}", DeleteAsync).WithSummary("Ends an agreement and revokes the peer's key").Produces(204).WithMetadata(new CountedWrite());
        group.MapPost("{id}/confirm", ConfirmAsync).WithSummary("Confirms the public key a peer shows; from then on events are exchanged")
            .Accepts<PeerConfirmBody>("application/json").Produces<PeerJson>().ProducesProblems(400, 409, 413, 415, 429).WithMetadata(new CountedWrite());
        group.MapPost("{id}/pause", (string id, HttpContext context, PeerRegistry registry, PeerStands stands) => PauseAsync(id, true, context, registry, stands))
            .WithSummary("Stops the exchange where it stands").Produces<PeerJson>().ProducesProblems(409, 429).WithMetadata(new CountedWrite());
        group.MapPost("{id}/resume", (string id, HttpContext context, PeerRegistry registry, PeerStands stands) => PauseAsync(id, false, context, registry, stands))
            .WithSummary("Goes on from where it stands").Produces<PeerJson>().ProducesProblems(409, 429).WithMetadata(new CountedWrite());
        group.MapPost("keys/rotate", RotateAsync).WithSummary("Replaces this hub's own key; the old one stays listed and signs on for two days")
            .Produces(204).ProducesProblems(409, 429).WithMetadata(new CountedWrite());
    }

    private static async ValueTask<object?> OnlyOperatorAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Holder() is { OrgSlug: Organisation.OperatorSlug } ? await next(context) : NoSuch();

    private static async Task<IResult> ListAsync(HttpContext context, PeerRegistry registry, PeerStands stands)
    {
        var list = new List<PeerJson>();
        foreach (var peer in await registry.ListAsync(OrgOf(context), context.RequestAborted))
        {
            list.Add(await JsonOfAsync(peer, stands, context));
        }

        return Answer.Json(new PeerListJson(list));
    }

    private static async Task<IResult> FindAsync(string id, HttpContext context, PeerRegistry registry, PeerStands stands) =>
        Guid.TryParse(id, out var guid) && await registry.FindAsync(OrgOf(context), guid, context.RequestAborted) is { } peer
            ? Answer.Json(await JsonOfAsync(peer, stands, context))
            : NoSuch();

    private static async Task<IResult> CreateAsync(HttpContext context, PeerRegistry registry, PeerStands stands)
    {
        var (wanted, problem) = await ReadAsync(context);
        return problem ?? await AnsweredAsync(await registry.CreateAsync(OrgOf(context), wanted!, context.RequestAborted), stands, context);
    }

    private static async Task<IResult> ReplaceAsync(string id, HttpContext context, PeerRegistry registry, PeerStands stands)
    {
        if (!Guid.TryParse(id, out var guid))
        {
            return NoSuch();
        }

        var (wanted, problem) = await ReadAsync(context);
        return problem ?? await AnsweredAsync(await registry.ReplaceAsync(OrgOf(context), guid, wanted!, context.RequestAborted), stands, context);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, PeerRegistry registry) =>
        Guid.TryParse(id, out var guid) && await registry.DeleteAsync(OrgOf(context), guid, context.RequestAborted) ? Answer.NoContent() : NoSuch();

    private static async Task<IResult> ConfirmAsync(string id, HttpContext context, PeerRegistry registry, PeerStands stands)
    {
        if (!Guid.TryParse(id, out var guid))
        {
            return NoSuch();
        }

        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return problem!;
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var key = input.String("publicKey");
        input.RejectRest();
        return errors.Count > 0
            ? Invalid(errors)
            : await AnsweredAsync(await registry.ConfirmAsync(OrgOf(context), guid, key, context.RequestAborted), stands, context);
    }

    private static async Task<IResult> PauseAsync(string id, bool pause, HttpContext context, PeerRegistry registry, PeerStands stands) =>
        Guid.TryParse(id, out var guid)
            ? await AnsweredAsync(await registry.PauseAsync(OrgOf(context), guid, pause, context.RequestAborted), stands, context)
            : NoSuch();

    private static async Task<IResult> RotateAsync(HttpContext context, HubKeys keys) => await keys.RotateAsync(context.RequestAborted)
        ? Answer.NoContent()
        : Problem.Answer(ProblemKind.Conflict, "No key can be made here now: this machine has no ed25519, or too many replaced keys still count.");

    private static async Task<Answer> AnsweredAsync(PeerAnswer answer, PeerStands stands, HttpContext context) => answer switch
    {
        PeerAnswer.Created(var peer, var key) =>
            Answer.Json(PeerJson.Of(peer, PeerStand.New, key), StatusCodes.Status201Created) with { Location = $"{Path}/{peer.Id}" },
        PeerAnswer.Changed(var peer) => Answer.Json(await JsonOfAsync(peer, stands, context)),
        PeerAnswer.Invalid(var errors) => Invalid(errors),
        PeerAnswer.Conflict(var detail) => Problem.Answer(ProblemKind.Conflict, detail),
        _ => NoSuch(),
    };

    private static async Task<PeerJson> JsonOfAsync(Peer peer, PeerStands stands, HttpContext context) =>
        PeerJson.Of(peer, await stands.FindAsync(peer.Id, context.RequestAborted) ?? PeerStand.New);

    private static Guid OrgOf(HttpContext context) => context.Holder()!.OrgId;

    private static Answer NoSuch() => Problem.Answer(ProblemKind.NotFound, "There is no such peer.");

    private static Answer Invalid(IEnumerable<InputError> errors) => Problem.Answer(ProblemKind.Invalid, "The agreement is not valid.", errors);

    private static async Task<(PeerRequest? Wanted, Answer? Problem)> ReadAsync(HttpContext context)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return (null, problem);
        }

        var errors = new List<InputError>();
        var input = JsonInput.Of(body.Root, errors);
        var accept = input.Object("accept");
        var wanted = new PeerRequest
        {
            Name = input.String("name"),
            Url = input.String("url"),
            Direction = input.String("direction"),
            Types = input.Strings("types"),
            Models = input.Strings("models"),
            MaxMark = input.String("maxMark"),
            AcceptTypes = accept?.Strings("types"),
            AcceptModels = accept?.Strings("models"),
            AcceptMaxMark = accept?.String("maxMark"),
            Key = input.String("key"),
            PublicKey = input.String("publicKey"),
        };
        accept?.RejectRest();
        input.RejectRest();
        var seen = errors.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);
        errors.AddRange(wanted.Check().Where(e => !seen.Contains(e.Path)));
        return errors.Count == 0 ? (wanted, null) : (null, Invalid(errors));
    }
}
