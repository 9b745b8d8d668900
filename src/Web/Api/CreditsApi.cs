using System.Globalization;
using System.Text;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Access;
using StatusHub.Web.Contracts;

namespace StatusHub.Web.Api;

/// <summary>What to claim for a month, and why. A reading of the measurements: the text of the contract decides.</summary>
/// <param name="Complete">False for a month under way: the statement then ends at <paramref name="AsOf"/>.</param>
/// <param name="Credit">Null when a model that earns credit has no known spend.</param>
/// <param name="Notes">What to know before claiming.</param>
public sealed record CreditStatementJson(
    Guid Contract, string Name, string Month, DateTimeOffset From, DateTimeOffset To, DateTimeOffset AsOf, bool Complete, DateTimeOffset? ClaimBy,
    string Currency, decimal? Credit, ClauseJson Clause, IReadOnlyList<CreditLineJson> Models, IReadOnlyList<string> Notes)
{
    internal static CreditStatementJson Of(CreditStatement s) => new(
        s.Contract.Id, s.Contract.Name, s.Month.ToString(), s.Month.From, s.Month.To, s.AsOf, s.IsComplete, s.ClaimBy, s.Contract.Currency, s.Credit,
        ClauseJson.Of(s.Contract.Clause), [.. s.Lines.Select(CreditLineJson.Of)], StatementWords.Notes(s));
}

/// <param name="Availability">Under this clause, 0 to 1; null when nothing of the month is left to count.</param>
/// <param name="AvailabilityIfUnknownWasDown">The least it can have been.</param>
/// <param name="Tier">The step that is reached; null for none.</param>
/// <param name="Claim"><c>likely</c>, <c>possible</c> (only if unknown time was down) or <c>unlikely</c>.</param>
/// <param name="Down">Every stretch that counts.</param>
/// <param name="SlowSeconds">What counts besides by the clause's promise of speed.</param>
/// <param name="Slow">Every hour that counts by it.</param>
public sealed record CreditLineJson(
    string Model, decimal? Spend, decimal TotalSeconds, decimal ExcludedSeconds, decimal UnknownSeconds, decimal DownSeconds, decimal? Availability,
    decimal? AvailabilityIfUnknownWasDown, CreditTier? Tier, decimal? Credit, string Claim, IReadOnlyList<DownJson> Down,
    decimal SlowSeconds, IReadOnlyList<SlowJson> Slow)
{
    internal static CreditLineJson Of(CreditLine l) => new(
        l.Model.Value, l.Spend, l.Total, l.Excluded, l.Unknown, l.Down, l.Availability, l.AtWorst, l.Tier, l.Credit, ClauseNames.Of(l.Chance), [.. l.Evidence.Select(DownJson.Of)],
        l.Slow, [.. l.SlowHours.Select(SlowJson.Of)]);
}

/// <param name="Seconds">How much of it counts.</param>
/// <param name="Measured">What probes saw in the buckets of time (hours, for months long ago days) that overlap it.</param>
public sealed record DownJson(DateTimeOffset From, DateTimeOffset To, string State, decimal Seconds, IReadOnlyList<Guid> Incidents, MeasuredJson Measured)
{
    internal static DownJson Of(DownEvidence e) => new(e.From, e.To, e.State.WireName(), e.Seconds, e.Incidents, new(e.Attempts, e.Failures, e.Regions));
}

/// <param name="Seconds">How much of it counts.</param>
/// <param name="Answers">Probes that were answered in the hour.</param>
/// <param name="Late">Of those, the ones that began later than the limit.</param>
/// <param name="Regions">From where answers came late.</param>
public sealed record SlowJson(DateTimeOffset From, DateTimeOffset To, decimal Seconds, int Answers, int Late, IReadOnlyList<string> Regions)
{
    internal static SlowJson Of(SlowHour h) => new(h.From, h.To, h.Seconds, h.Answers, h.Late, h.Regions);
}

/// <param name="Failures">By class.</param>
/// <param name="Regions">Where probes failed; empty when only reports of others showed it.</param>
public sealed record MeasuredJson(int Attempts, IReadOnlyDictionary<string, int> Failures, IReadOnlyList<string> Regions);

/// <summary>Statements of what to claim, as JSON and CSV.</summary>
internal static class CreditsApi
{
    public const string CsvType = "text/csv";

    private const string Path = "/api/v1/credits";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, Verbs.Read, ReadAsync).WithTags("Contracts").RequireScope(Domain.Tenancy.Scopes.Endpoints)
        .WithSummary("What to claim under a contract for a month: availability, step, credit, and the evidence of each stretch that counts")
        .Produces<CreditStatementJson>(200, "application/json", CsvType).ProducesProblems(400, 401, 403, 404);

    /// <param name="contract">Its id.</param>
    /// <param name="month">Such as <c>2026-06</c>; the last whole month when not given.</param>
    /// <param name="spend">What a model cost in that month, as <c>provider/model:1234.50</c>; may be given again for other models.</param>
    private static async Task<IResult> ReadAsync(string? contract, string? month, string[]? spend, HttpContext context, ContractStore store, Statements statements, Clocks clocks)
    {
        if (contract is null)
        {
            return Problem.Parameter("contract", "required", "Which contract? Its id stands in /api/v1/contracts.");
        }

        if (!TryMonth(month, clocks.Now, out var asked))
        {
            return Problem.Parameter("month", "format", "A month such as 2026-06 that has begun.");
        }

        if (Spend(spend ?? []) is not { } spent)
        {
            return Problem.Parameter("spend", "format", "Written provider/model:amount, each model once.");
        }

        if (await ContractsApi.ContractAsync(contract, context, store) is not { } found)
        {
            return ContractsApi.NoSuch();
        }

        var statement = await statements.OfAsync(found, asked, spent, context.RequestAborted);
        context.Response.Headers.Vary = "Accept";
        return WantsCsv(context.Request) ? Csv(statement) : Answer.Json(CreditStatementJson.Of(statement));
    }

    internal static bool TryMonth(string? text, DateTimeOffset now, out BillingMonth month)
    {
        month = BillingMonth.Of(now).Before;
        return text is null || (BillingMonth.TryParse(text, out month) && month.From <= now);
    }

    internal static Answer Csv(CreditStatement statement) => new(StatusCodes.Status200OK, CsvType + "; charset=utf-8", Encoding.UTF8.GetBytes(StatementCsv.Of(statement)));

    private static bool WantsCsv(HttpRequest request) =>
        request.GetTypedHeaders().Accept is { Count: > 0 } accepts && accepts.OrderByDescending(a => a.Quality ?? 1).First().MediaType.Equals(CsvType, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<ModelId, decimal>? Spend(string[] given)
    {
        var spent = new Dictionary<ModelId, decimal>();
        foreach (var one in given.Take(ServiceContract.MaxCovered))
        {
            var colon = one.LastIndexOf(':');
            if (colon < 0 || !ModelId.TryParse(one[..colon], out var model)
                || !decimal.TryParse(one[(colon + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                || amount > ServiceContract.MaxSpend || !spent.TryAdd(model, amount))
            {
                return null;
            }
        }

        return spent;
    }
}
