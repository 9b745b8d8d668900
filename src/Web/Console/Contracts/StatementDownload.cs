using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Api;
using StatusHub.Web.Contracts;

namespace StatusHub.Web.Console.Contracts;

/// <summary>A member's statement as a file.</summary>
internal static class StatementDownload
{
    public static void MapStatementDownload(this IEndpointRouteBuilder routes) => routes.MapGet("/console/contracts/{id:guid}/{month}/statement.csv", AnswerAsync)
        .RequireAuthorization(SignInPolicies.Viewer).ExcludeFromDescription();

    /// <summary>Null when the organisation has no such contract.</summary>
    public static async Task<CreditStatement?> FindAsync(IServiceProvider services, Guid orgId, Guid id, BillingMonth month, CancellationToken cancel) =>
        await services.GetRequiredService<ContractStore>().FindAsync(orgId, id, cancel) is { } contract
            ? await services.GetRequiredService<Statements>().OfAsync(contract, month, new Dictionary<ModelId, decimal>(), cancel)
            : null;

    private static async Task<IResult> AnswerAsync(Guid id, string month, HttpContext context, Clocks clocks) =>
        CreditsApi.TryMonth(month, clocks.Now, out var asked) && context.User.OrgId() is { } org
        && await FindAsync(context.RequestServices, org, id, asked, context.RequestAborted) is { } statement
            ? CreditsApi.Csv(statement)
            : Problem.Answer(ProblemKind.NotFound, "There is no such statement.");
}
