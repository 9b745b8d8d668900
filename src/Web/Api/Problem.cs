using System.Text.Json.Serialization;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>
/// What went wrong, as RFC 9457 has it. <see cref="Type"/> is stable and a relative address; clients compare it, people read the rest.
/// </summary>
/// <param name="Type">Such as <c>/problems/not-found</c>.</param>
/// <param name="Errors">For wrong input: each error with a JSON pointer into the body, or the name of a query parameter or header.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemError>? Errors)
{
    public const string ContentType = "application/problem+json";

    internal static Answer Answer(ProblemKind kind, string detail, IEnumerable<InputError>? errors = null) =>
        new(kind.Status, ContentType, ApiJson.Bytes(new Problem($"/problems/{kind.Name}", kind.Title, kind.Status, detail, errors?.Select(ProblemError.Of).ToList())));

    /// <summary>One wrong query parameter.</summary>
    internal static Answer Parameter(string name, string code, string detail) =>
        Answer(ProblemKind.Invalid, "A query parameter is wrong.", [new InputError("?" + name, code, detail)]);
}

/// <summary>One wrong place of the input: exactly one of <paramref name="At"/> and <paramref name="Parameter"/> is there.</summary>
/// <param name="At">RFC 6901 pointer into the body; empty for the whole body.</param>
/// <param name="Parameter">Name of a query parameter.</param>
public sealed record ProblemError(
    [property: JsonPropertyName("pointer"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Parameter,
    string Code,
    string Detail)
{
    internal static ProblemError Of(InputError error) => error.Path.StartsWith('?')
        ? new(null, error.Path[1..], error.Code, error.Detail)
        : new(error.Path, null, error.Code, error.Detail);
}

/// <summary>The kinds of problem: status, the stable name in the <c>type</c> address, and the title.</summary>
internal sealed record ProblemKind(int Status, string Name, string Title)
{
    public static readonly ProblemKind Malformed = new(400, "malformed", "The request cannot be read")
    {
        Help = "The body is not what its content type says, or a header breaks the rules of HTTP. Nothing of it was used.",
    };

    public static readonly ProblemKind Invalid = new(400, "invalid", "The request is not valid")
    {
        Help = "The request can be read, but some of its values may not be so. Every wrong place is listed, not only the first. Nothing of it was used.",
    };

    public static readonly ProblemKind Unauthorized = new(401, "unauthorized", "A valid API key is needed")
    {
        Help = "Send a key as Authorization: Bearer. If you did, it is mistyped or was revoked.",
    };

    public static readonly ProblemKind Forbidden = new(403, "forbidden", "The key may not do this")
    {
        Help = "The key is good, but lacks the scope, or speaks for a source that is not registered with it. Whoever administers your keys can issue another.",
    };

    public static readonly ProblemKind NotFound = new(404, "not-found", "There is no such thing")
    {
        Help = "Nothing stands at this address, or it belongs to somebody else: the answer is the same for both.",
    };

    public static readonly ProblemKind MethodNotAllowed = new(405, "method-not-allowed", "The method is not allowed here")
    {
        Help = "The address is right, the method is not. The Allow header names those that are.",
    };

    public static readonly ProblemKind InProgress = new(409, "in-progress", "The same request is still being worked on")
    {
        Help = "A request with this Idempotency-Key has come already and has no answer yet. Ask again with the same key to get that answer.",
        Again = "yes, in a second",
    };

    public static readonly ProblemKind Taken = new(409, "taken", "It belongs to somebody else already")
    {
        Help = "A name or a source can belong to one organisation only, and this one does. Choose another, or ask the operator of the hub.",
    };

    public static readonly ProblemKind Conflict = new(409, "conflict", "It cannot be done as things stand")
    {
        Help = "What it would change is not in a state for it, or somebody else changed it a moment before. The detail says which; read it again first.",
    };

    public static readonly ProblemKind LimitReached = new(409, "limit-reached", "There are as many as there may be")
    {
        Help = "Your organisation has as many of these as it may. Remove one first, or ask the operator of the hub for more.",
    };

    public static readonly ProblemKind NotConsented = new(409, "not-consented", "The receiver has not consented yet")
    {
        Help = "The hub sends nothing to a receiver that has not said it wants deliveries. It was asked; status.consentUntil says until when it may answer. Enable the subscription to ask it again.",
        Again = "yes, once the receiver has consented",
    };

    public static readonly ProblemKind Gone = new(410, "gone", "It is no longer kept")
    {
        Help = "It was here once. What is older than the hub keeps is gone for good; start from what it still has.",
    };

    public static readonly ProblemKind TooLarge = new(413, "too-large", "The request is too large")
    {
        Help = "The detail names the limit. Send less at once: a batch can be cut in two.",
    };

    public static readonly ProblemKind MediaType = new(415, "unsupported-media-type", "The content type is not supported")
    {
        Help = "The Content-Type header is missing or is none this address takes, or the body is compressed. The detail names what is taken.",
    };

    public static readonly ProblemKind KeyReused = new(422, "idempotency-key-reused", "The idempotency key belongs to another request")
    {
        Help = "An Idempotency-Key stands for one request, to the byte. Take a fresh one for each new request.",
    };

    public static readonly ProblemKind TooMany = new(429, "too-many-requests", "Too many requests")
    {
        Help = "Slow down: Retry-After says when there is room again. A batch carries many events in one request.",
        Again = "yes, after Retry-After",
    };

    public static readonly ProblemKind Internal = new(500, "internal", "The hub failed")
    {
        Help = "This is a fault of the hub, not of the request. What was not answered with success may be sent again: nothing is counted twice.",
        Again = "yes",
    };

    public static readonly ProblemKind Unavailable = new(503, "unavailable", "The hub cannot do this now")
    {
        Help = "The hub's storage does not answer, or it serves as many as it can. Send it again a little later: nothing is counted twice.",
        Again = "yes, after Retry-After",
    };

    public static readonly ProblemKind Refused = new(400, "refused", "The request was refused")
    {
        Help = "The request was refused for a reason that has no name of its own. The detail says more.",
    };

    /// <summary>What it means and what to do about it, for the page at its <c>type</c>.</summary>
    public string Help { get; init; } = "The detail of the answer says what to do.";

    /// <summary>Whether the same request may succeed later.</summary>
    public string Again { get; init; } = "no, not unchanged";

    public static ProblemKind OfStatus(int status) => ProblemCatalogue.All.FirstOrDefault(k => k.Status == status)
        ?? (status < 500 ? Refused : Internal) with { Status = status };
}
