using StatusHub.Web.Peers;

namespace StatusHub.Web.Api;

/// <summary>Every kind that a problem's <c>type</c> may name: each has a page at that address.</summary>
internal static class ProblemCatalogue
{
    /// <summary>Of those with one status the first stands for it.</summary>
    public static readonly IReadOnlyList<ProblemKind> All =
    [
        ProblemKind.Malformed, ProblemKind.Invalid, ProblemKind.Unauthorized, ProblemKind.Forbidden, ProblemKind.NotFound, ProblemKind.MethodNotAllowed,
        ProblemKind.InProgress, ProblemKind.Taken, ProblemKind.Conflict, ProblemKind.LimitReached, ProblemKind.NotConsented, ProblemKind.Gone, ProblemKind.TooLarge,
        ProblemKind.MediaType, ProblemKind.KeyReused, ProblemKind.TooMany, ProblemKind.Internal, ProblemKind.Unavailable, ProblemKind.Refused,
        FeedProblem.BodyEmpty, FeedProblem.CursorExpired, FeedProblem.DataInvalid, FeedProblem.EventIdConflict, FeedProblem.KeyInUrl,
        FeedProblem.SourceNotOwned, FeedProblem.TimeFuture, FeedProblem.TypeReserved, PeerReception.NotNow,
    ];
}
