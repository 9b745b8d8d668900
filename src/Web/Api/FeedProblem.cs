using StatusHub.Feed.Ingest;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>The problems only the feed has.</summary>
internal static class FeedProblem
{
    public static readonly ProblemKind EventIdConflict = new(422, "event-id-conflict", "Another event has this source and id");
    public static readonly ProblemKind SourceNotOwned = new(403, "source-not-owned", "The key does not speak for the source");
    public static readonly ProblemKind TypeReserved = new(403, "type-reserved", "The type is not the key's to send");
    public static readonly ProblemKind TimeFuture = new(422, "time-future", "The event has not happened yet");
    public static readonly ProblemKind DataInvalid = new(422, "data-invalid", "The data is not what its type calls for");
    public static readonly ProblemKind KeyInUrl = new(400, "key-in-url", "A key does not belong into an address");
    public static readonly ProblemKind BodyEmpty = new(400, "body-empty", "There is no event");
    public static readonly ProblemKind CursorExpired = new(410, "cursor-expired", "The log no longer reaches back that far");

    public static Answer Answer(ProblemKind kind, string detail, IEnumerable<InputError>? errors = null) => Problem.Answer(kind, detail, errors);

    public static Answer Of(IngestError error) => Problem.Answer(
        error.Fault switch
        {
            IngestFault.TooLarge => ProblemKind.TooLarge,
            IngestFault.MediaType => ProblemKind.MediaType,
            IngestFault.SourceNotOwned => SourceNotOwned,
            IngestFault.TypeReserved => TypeReserved,
            IngestFault.TimeFuture => TimeFuture,
            IngestFault.Data => DataInvalid,
            _ => ProblemKind.Malformed,
        },
        "Nothing was stored. " + error.Places[0].Detail,
        error.Places.Take(JsonInput.MaxErrors).Select(p => new InputError(p.Path, p.Code, p.Detail)));
}
