using StatusHub.Feed.Ingest;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>The problems only the feed has.</summary>
internal static class FeedProblem
{
    public static readonly ProblemKind EventIdConflict = new(422, "event-id-conflict", "Another event has this source and id")
    {
        Help = "An event of this source and id stands in the log with other content. The same id is for the same event alone: give a new event an id of its own.",
    };

    public static readonly ProblemKind SourceNotOwned = new(403, "source-not-owned", "The key does not speak for the source")
    {
        Help = "The key is good, but the event's source is not registered with it. The detail names the source; whoever administers your keys registers it.",
    };

    public static readonly ProblemKind TypeReserved = new(403, "type-reserved", "The type is not the key's to send")
    {
        Help = "Events of this type are told by the hub alone, or by whoever answers for the model. Nothing of the request was stored.",
    };

    public static readonly ProblemKind TimeFuture = new(422, "time-future", "The event has not happened yet")
    {
        Help = "The event's time lies ahead of the hub's clock by more than clocks differ. Put your clock right, or leave the time out.",
    };

    public static readonly ProblemKind DataInvalid = new(422, "data-invalid", "The data is not what its type calls for")
    {
        Help = "The event is a valid CloudEvent, but its data is not as the schema of its type has it. Every wrong place is listed; the schema is at /feed/schemas/ and the type.",
    };

    public static readonly ProblemKind KeyInUrl = new(400, "key-in-url", "A key does not belong into an address")
    {
        Help = "Addresses end up in the logs of everything they pass. Send the key as Authorization: Bearer, and have the one that was shown replaced.",
    };

    public static readonly ProblemKind BodyEmpty = new(400, "body-empty", "There is no event")
    {
        Help = "There is nothing in the body, or the batch holds no event. Nothing was stored.",
    };

    public static readonly ProblemKind CursorExpired = new(410, "cursor-expired", "The log no longer reaches back that far")
    {
        Help = "Events after this cursor are no longer kept. The Link header of relation first starts at the oldest event there is; what lies between is gone.",
    };

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
