using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Fallback;

namespace StatusHub.Web.Api;

/// <summary>What to do with the requests meant for a model.</summary>
/// <param name="Advice"><c>stay</c>, <c>switch</c> or <c>none</c> (nothing that would do instead works).</param>
/// <param name="PrimaryShare">Share of the requests the primary should get, 0 to 1: less than 1 while it comes back.</param>
/// <param name="Use">The alternative for the rest; null to stay, or where there is none.</param>
/// <param name="Since">When this advice began.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Plan">Name of the organisation's plan that was followed; null for none.</param>
/// <param name="Alternatives">Best first.</param>
/// <param name="ValidUntil">Hub time to ask again by.</param>
public sealed record FallbackJson(
    string Primary, string Advice, double PrimaryShare, string? Use, DateTimeOffset Since, string Reason, string? Plan,
    IReadOnlyList<FallbackAlternativeJson> Alternatives, DateTimeOffset ValidUntil);

/// <summary>One alternative.</summary>
/// <param name="PUp">Chance that a request succeeds there now, 0 to 1.</param>
/// <param name="PUpGivenPrimaryDown">Chance that it works while the primary does not, 0 to 1.</param>
/// <param name="SharedDomains">Failure domains it shares with the primary.</param>
/// <param name="FallbackPrompt">The plan's prompt for it; null for the primary's own.</param>
/// <param name="Usable">Whether requests may be sent there now.</param>
/// <param name="Reason">What speaks against it; null for nothing.</param>
public sealed record FallbackAlternativeJson(
    string Model, double PUp, double PUpGivenPrimaryDown, IReadOnlyList<string> SharedDomains, string Status, string? FallbackPrompt, bool Usable, string? Reason);

internal static class FallbackApi
{
    /// <summary>Most alternatives of one answer.</summary>
    private const int MaxShown = 20;

    private const int Digits = 4;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/fallback", Verbs.Read, Read).WithTags("Fallback").WelcomeKey(Scopes.Read)
            .WithSummary("What to use instead of a model, best first; with an organisation and its key, by its plan")
            .Produces<FallbackJson>().ProducesProblems(400, 401, 403, 404);

    private static IResult Read(HttpContext context, string? model, string? require, string? org, FallbackBoard board, Clocks clocks)
    {
        if (!ModelId.TryParse(model, out var primary))
        {
            return Problem.Parameter("model", model is null ? "required" : "format", "A model is named provider/model.");
        }

        if (!Requirements.TryParse(require, out var needs))
        {
            return Problem.Parameter("require", "format", $"Abilities in lower case and context:N, parted by commas, at most {Requirements.MaxAbilities}: vision,tools,context:200000.");
        }

        var holder = context.Holder();
        if (org is not null && holder?.OrgSlug != org)
        {
            return holder is null
                ? Problem.Answer(ProblemKind.Unauthorized, "An organisation's plan is read with a key of its own.")
                : Problem.Answer(ProblemKind.NotFound, "There is no such organisation.");
        }

        return board.Advise(primary, needs, org is null ? null : holder!.OrgId) is { } advised
            ? Answer.Json(Of(advised, clocks.Now))
            : Problem.Answer(ProblemKind.NotFound, "There is no such model.");
    }

    internal static FallbackJson Of(Advised advised, DateTimeOffset now)
    {
        var (advice, prompts) = (advised.Advice, advised.Plan?.Alternatives.ToDictionary(a => a.Model, a => a.Prompt));
        return new(
            advised.Primary.Value, AdviceBook.WireName(advice.Kind), advice.PrimaryShare, advice.To?.Value, advice.Since,
            AdviceWords.Reason(advised.Primary, advice, advised.Ranked, advised.Fleet), advised.Plan?.Name,
            [.. advised.Ranked.Take(MaxShown).Select(c => new FallbackAlternativeJson(
                c.Model.Value, Math.Round(UpNow(c, advised.Fleet), Digits), Math.Round(c.UpGivenPrimaryDown, Digits), c.SharedDomains, c.Status.WireName(),
                prompts?.GetValueOrDefault(c.Model), c.MayServe, AdviceWords.Against(c)))],
            now + AdviceBook.ValidFor);
    }

    private static double UpNow(Candidate c, FleetState fleet) =>
        fleet.Models.TryGetValue(c.Model, out var verdict) && c.Status.IsTrouble() ? 1 - verdict.FailureShare : 1 - fleet.Fates.Unavailability(c.Model);
}
