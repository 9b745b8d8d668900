using System.Text;
using Microsoft.Net.Http.Headers;
using StatusHub.Domain.Scores;
using StatusHub.Domain.Storage;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

/// <summary>A published week.</summary>
/// <param name="Week">By ISO 8601, <c>2026-W23</c>: from <paramref name="From"/> (Monday 00:00 UTC) to before <paramref name="To"/>.</param>
/// <param name="Methodology">Version of the rules it was made by.</param>
/// <param name="Scores">Models first, then providers, each in the order of their ranks.</param>
public sealed record ScoresJson(string Week, DateTimeOffset From, DateTimeOffset To, string Methodology, DateTimeOffset PublishedAt, IReadOnlyList<ScoreJson> Scores)
{
    internal static ScoresJson Of(PublishedWeek week) => new(
        week.Week.ToString(), week.Week.StartsAt, week.Week.EndsAt, week.Methodology, week.PublishedAt, [.. week.Scores.Select(ScoreJson.Of)]);
}

/// <summary>One model's or provider's week, in points of 100.</summary>
/// <param name="Model">Null for a provider.</param>
/// <param name="Rank">Among models, or among providers; those that cannot be told apart share one.</param>
/// <param name="Score">Null when too little was measured: then only the bounds hold.</param>
/// <param name="Interval">95 % interval of the measured value.</param>
/// <param name="Bounds">The score with all unknown time bad, and with all of it good.</param>
/// <param name="WithMaintenance">The score with announced maintenance counted; null when there was none.</param>
/// <param name="Coverage">Share of the watched time that was measured, 0 to 1.</param>
/// <param name="Raw">The figures it is made of.</param>
public sealed record ScoreJson(
    string? Model, string Provider, string Name, int? Rank, double? Score, PointInterval? Interval, PointInterval? Bounds, double? WithMaintenance,
    double Coverage, ScoreParts Parts, ScoreForecastJson? Forecast, ScoreRawJson Raw, IReadOnlyList<IncidentCost> Incidents)
{
    internal static ScoreJson Of(PublishedScore row) => new(
        row.Facts.IsProvider ? null : row.Facts.Subject, row.Facts.Subject.Split('/')[0], row.Name, row.Rank, row.Score.Score, row.Score.Interval, row.Score.Bounds,
        row.Score.WithMaintenance, row.Score.Coverage, row.Score.Parts,
        row.Score.Forecast is { } f ? new(f.Underlying, f.NextWeek, f.NextWeekMedian, f.BelowNinetyNine) : null,
        ScoreRawJson.Of(row.Facts), row.Facts.Incidents);
}

/// <param name="Underlying">80 % interval of the long-run value.</param>
/// <param name="NextWeek">80 % interval of what next week will measure.</param>
/// <param name="Below99Probability">That next week is below 99.</param>
public sealed record ScoreForecastJson(PointInterval Underlying, PointInterval NextWeek, double NextWeekMedian, double Below99Probability);

/// <summary>Raw seconds and counts, as the methodology page names them.</summary>
/// <param name="Outages">Those we became sure of in the week.</param>
/// <param name="LeadSeconds">Of those the provider told of: how long after we were sure, the shortest first; negative where it came first.</param>
/// <param name="PromisedUpdates">Times in the week by which the provider had promised its next word; of a provider alone.</param>
/// <param name="KeptUpdates">Of those, the ones by which it came.</param>
public sealed record ScoreRawJson(
    int Models, double WatchedSeconds, double MeasuredSeconds, double AnsweredSeconds, double RightSeconds, double GoodSeconds,
    double MaintenanceSeconds, double MaintenanceMeasuredSeconds, double MaintenanceGoodSeconds,
    long Probes, long Failed, long Wrong, long Slow, double TroubleSeconds, double ToldSeconds, int Outages,
    IReadOnlyList<double> LeadSeconds, int PromisedUpdates, int KeptUpdates, long UsualFailures, long UsualProbes, ReliabilityHistory History)
{
    internal static ScoreRawJson Of(ScoreFacts f) => new(
        f.Models, f.WatchedSeconds, f.MeasuredSeconds, f.AnsweredSeconds, f.RightSeconds, f.GoodSeconds, f.MaintenanceSeconds, f.MaintenanceMeasuredSeconds,
        f.MaintenanceGoodSeconds, f.Probes, f.Failed, f.Wrong, f.Slow, f.TroubleSeconds, f.ToldSeconds, f.Outages, f.LeadSeconds,
        f.PromisedUpdates, f.KeptUpdates, f.UsualFailures, f.UsualProbes, f.History);
}

/// <summary>Published weeks for programs and spreadsheets. A week never changes; recent ones come from memory, older ones from the database.</summary>
internal static class ScoresApi
{
    public const string Path = "/api/v1/scores";

    public const string CsvType = ScoreCsv.MediaType + "; charset=utf-8; header=present";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, Verbs.Read, (string? week, HttpContext context, CurrentView current, RenderedDocuments documents, ScoreStore store) =>
                AnswerAsync(week, PrefersCsv(context.Request), context, current, documents, store))
            .WithTags("Scores").WithSummary("A week's reliability scores, the newest unless another is named; as CSV where text/csv is preferred")
            .Produces<ScoresJson>().ProducesProblems(400, 404, 503);
        routes.MapMethods(Path + ".csv", Verbs.Read, (string? week, HttpContext context, CurrentView current, RenderedDocuments documents, ScoreStore store) =>
                AnswerAsync(week, csv: true, context, current, documents, store))
            .WithTags("Scores").WithSummary("The same as CSV, for a link").Produces(200, contentType: ScoreCsv.MediaType).ProducesProblems(400, 404, 503);
    }

    private static async Task<IResult> AnswerAsync(
        string? week, bool csv, HttpContext context, CurrentView current, RenderedDocuments documents, ScoreStore store)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
            return Task.CompletedTask;
        });
        var asked = default(IsoWeek);
        if (week is not null && !IsoWeek.TryParse(week, out asked))
        {
            return Problem.Parameter("week", "format", "Must be a week by ISO 8601, such as 2026-W23.");
        }

        var recent = current.Value.Scores;
        var found = week is null ? (recent.Count > 0 ? recent[0] : null) : recent.FirstOrDefault(w => w.Week == asked);
        if (found is not null)
        {
            return documents.Get($"v1/scores/{found.Week}/{csv}", _ => Render(found, csv));
        }

        return week is not null && await store.FindAsync(asked, context.RequestAborted) is { } older
            ? Render(older, csv)
            : Problem.Answer(ProblemKind.NotFound, week is null ? "No week is published yet." : "The scores of that week are not published.");
    }

    private static Rendered Render(PublishedWeek week, bool csv) => csv
        ? new Rendered(CsvType, Encoding.UTF8.GetBytes(ScoreCsv.Write(week)))
        : new Rendered(Answer.JsonType, ApiJson.Bytes(ScoresJson.Of(week)));

    // A program that says nothing, or anything goes, gets JSON.
    private static bool PrefersCsv(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Where(a => a.Quality is null or > 0).OrderByDescending(a => a.Quality ?? 1)
            .FirstOrDefault(a => a.MediaType.Value is ScoreCsv.MediaType or "application/json" or "*/*") is { MediaType.Value: ScoreCsv.MediaType };
}
