using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <param name="ByKey">The key that did it; null for a person or the hub itself.</param>
/// <param name="ByMember">The member who did it at the console; null for a key or the hub itself.</param>
/// <param name="ByOperator">Whether another organisation, the operator, did it.</param>
public sealed record AuditEntryJson(Guid Id, DateTimeOffset At, Guid? ByKey, Guid? ByMember, bool ByOperator, string Action, string Target, string? Detail);

/// <param name="NextCursor">Give it as <c>cursor</c> for older entries; null when there are none.</param>
public sealed record AuditListJson(IReadOnlyList<AuditEntryJson> Entries, string? NextCursor);

internal static class AuditApi
{
    private const int UsualPage = 100;
    private const int MaxPage = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/audit", Verbs.Read, ListAsync).WithTags("Audit").RequireScope(Scopes.Admin)
            .WithSummary("What was done to your organisation's keys, settings, objectives, contracts and plans, newest first")
            .Produces<AuditListJson>().ProducesProblems(400, 401, 403);

    private static async Task<IResult> ListAsync(HttpContext context, string? cursor, string? limit, Audit audit, CancellationToken cancel)
    {
        var before = Guid.Empty;
        if (cursor is not null && !Guid.TryParse(cursor, out before))
        {
            return Problem.Parameter("cursor", "format", "This is no cursor of this list.");
        }

        if (!Page.TryLimit(limit, UsualPage, MaxPage, out var count))
        {
            return Problem.Parameter("limit", "range", $"1 to {MaxPage}.");
        }

        var orgId = context.Holder()!.OrgId;
        var page = await audit.ListAsync(orgId, cursor is null ? null : before, count + 1, cancel);
        var next = page.Count > count ? page[count - 1].Id.ToString() : null;
        return Answer.Json(new AuditListJson([.. page.Take(count).Select(e => Of(e, orgId))], next));
    }

    // Whose key it was is the operator's own affair; that it was the operator is not.
    private static AuditEntryJson Of(AuditEntry e, Guid reader) =>
        new(e.Id, e.At, e.ByOrg == reader ? e.ByKey : null, e.ByOrg == reader ? e.ByMember : null, e.ByOrg is { } by && by != reader, e.Action, e.Target, e.Detail);
}
