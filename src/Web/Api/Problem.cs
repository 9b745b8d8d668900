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
    public static readonly ProblemKind Malformed = new(400, "malformed", "The request cannot be read");
    public static readonly ProblemKind Invalid = new(400, "invalid", "The request is not valid");
    public static readonly ProblemKind Unauthorized = new(401, "unauthorized", "A valid API key is needed");
    public static readonly ProblemKind Forbidden = new(403, "forbidden", "The key may not do this");
    public static readonly ProblemKind NotFound = new(404, "not-found", "There is no such thing");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method-not-allowed", "The method is not allowed here");
    public static readonly ProblemKind InProgress = new(409, "in-progress", "The same request is still being worked on");
    public static readonly ProblemKind Gone = new(410, "gone", "It is no longer kept");
    public static readonly ProblemKind Full = new(409, "limit-reached", "There is no room for more");
    public static readonly ProblemKind TooLarge = new(413, "too-large", "The request is too large");
    public static readonly ProblemKind MediaType = new(415, "unsupported-media-type", "The content type is not supported");
    public static readonly ProblemKind KeyReused = new(422, "idempotency-key-reused", "The idempotency key belongs to another request");
    public static readonly ProblemKind TooMany = new(429, "too-many-requests", "Too many requests");
    public static readonly ProblemKind Internal = new(500, "internal", "The hub failed");
    public static readonly ProblemKind Unavailable = new(503, "unavailable", "The hub cannot do this now");

    private static readonly ProblemKind[] All =
        [Malformed, Unauthorized, Forbidden, NotFound, MethodNotAllowed, InProgress, TooLarge, MediaType, KeyReused, TooMany, Internal, Unavailable];

    public static ProblemKind OfStatus(int status) => All.FirstOrDefault(k => k.Status == status)
        ?? (status < 500 ? new(status, "refused", "The request was refused") : new(status, "internal", "The hub failed"));
}
