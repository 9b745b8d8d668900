using System.Globalization;
using System.Text;

namespace StatusHub.Domain.Scores;

/// <summary>
/// Published weeks as CSV (RFC 4180): the figures, then the raw ones they are made of. Seconds and minutes in decimals of a thousandth, lists with
/// blanks between, an incident as <c>id=badMinutes</c>, what is not there as nothing.
/// </summary>
public static class ScoreCsv
{
    public const string MediaType = "text/csv";

    /// <summary>The columns that are made from the others: what <see cref="ScoreRecomputation"/> checks.</summary>
    private static readonly (string Name, Func<Line, string> Write)[] Made =
    [
        ("rank", l => Text(l.Row.Rank)),
        ("score", l => Text(l.Score.Score)),
        ("low95", l => Text(l.Score.Interval?.Low)),
        ("high95", l => Text(l.Score.Interval?.High)),
        ("ifUnknownBad", l => Text(l.Score.Bounds?.Low)),
        ("ifUnknownGood", l => Text(l.Score.Bounds?.High)),
        ("withMaintenance", l => Text(l.Score.WithMaintenance)),
        ("coverage", l => Text(l.Score.Coverage)),
        ("availability", l => Text(l.Score.Parts.Availability)),
        ("latency", l => Text(l.Score.Parts.Latency)),
        ("correctness", l => Text(l.Score.Parts.Correctness)),
        ("communication", l => Text(l.Score.Parts.Communication)),
        ("updatesKept", l => Text(l.Score.Parts.UpdatesKept)),
        ("medianLeadSeconds", l => Text(l.Score.Parts.MedianLeadSeconds)),
        ("underlyingLow80", l => Text(l.Score.Forecast?.Underlying.Low)),
        ("underlyingHigh80", l => Text(l.Score.Forecast?.Underlying.High)),
        ("nextWeekLow80", l => Text(l.Score.Forecast?.NextWeek.Low)),
        ("nextWeekMedian", l => Text(l.Score.Forecast?.NextWeekMedian)),
        ("nextWeekHigh80", l => Text(l.Score.Forecast?.NextWeek.High)),
        ("below99Probability", l => Text(l.Score.Forecast?.BelowNinetyNine)),
    ];

    private static readonly (string Name, Func<Line, string> Write)[] Raw =
    [
        ("models", l => Text(l.Facts.Models)),
        ("watchedSeconds", l => Text(l.Facts.WatchedSeconds)),
        ("measuredSeconds", l => Text(l.Facts.MeasuredSeconds)),
        ("answeredSeconds", l => Text(l.Facts.AnsweredSeconds)),
        ("rightSeconds", l => Text(l.Facts.RightSeconds)),
        ("goodSeconds", l => Text(l.Facts.GoodSeconds)),
        ("maintenanceSeconds", l => Text(l.Facts.MaintenanceSeconds)),
        ("maintenanceMeasuredSeconds", l => Text(l.Facts.MaintenanceMeasuredSeconds)),
        ("maintenanceGoodSeconds", l => Text(l.Facts.MaintenanceGoodSeconds)),
        ("probes", l => Text(l.Facts.Probes)),
        ("failed", l => Text(l.Facts.Failed)),
        ("wrong", l => Text(l.Facts.Wrong)),
        ("slow", l => Text(l.Facts.Slow)),
        ("troubleSeconds", l => Text(l.Facts.TroubleSeconds)),
        ("toldSeconds", l => Text(l.Facts.ToldSeconds)),
        ("outages", l => Text(l.Facts.Outages)),
        ("leadSeconds", l => string.Join(' ', l.Facts.LeadSeconds.Select(s => Text(s)))),
        ("promisedUpdates", l => Text(l.Facts.PromisedUpdates)),
        ("keptUpdates", l => Text(l.Facts.KeptUpdates)),
        ("incidents", l => string.Join(' ', l.Facts.Incidents.Select(i => $"{i.Id}={Text(i.BadMinutes)}"))),
        ("usualFailures", l => Text(l.Facts.UsualFailures)),
        ("usualProbes", l => Text(l.Facts.UsualProbes)),
        ("historyWeeks", l => Text(l.Facts.History.Weeks)),
        ("historyBadMinutes", l => string.Join(' ', l.Facts.History.BadMinutes.Select(m => Text(m)))),
        ("historyUsualFailures", l => Text(l.Facts.History.UsualFailures)),
        ("historyUsualProbes", l => Text(l.Facts.History.UsualProbes)),
    ];

    private static readonly (string Name, Func<Line, string> Write)[] Names =
    [
        ("week", l => l.Week.Week.ToString()),
        ("methodology", l => l.Week.Methodology),
        ("subject", l => l.Facts.Subject),
        ("name", l => l.Row.Name),
    ];

    private static readonly (string Name, Func<Line, string> Write)[] All = [.. Names, .. Made, .. Raw];

    /// <summary>Names of all columns, in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. All.Select(c => c.Name)];

    /// <summary>Names of the columns that are made from the raw ones.</summary>
    public static IReadOnlyList<string> MadeColumns { get; } = [.. Made.Select(c => c.Name)];

    /// <summary>One week with its heading, lines ended by CR LF.</summary>
    public static string Write(PublishedWeek week)
    {
        var csv = new StringBuilder().AppendJoin(',', Columns).Append("\r\n");
        foreach (var row in week.Scores)
        {
            csv.AppendJoin(',', Cells(week, row).Select(Quoted)).Append("\r\n");
        }

        return csv.ToString();
    }

    /// <summary>The cells of one line, unquoted.</summary>
    public static IEnumerable<string> Cells(PublishedWeek week, PublishedScore row) => All.Select(c => c.Write(new Line(week, row)));

    /// <summary>The raw figures of a line.</summary>
    /// <param name="cell">The text of a column.</param>
    /// <exception cref="FormatException">A cell is not of its kind.</exception>
    public static ScoreFacts Facts(Func<string, string> cell) => new()
    {
        Subject = cell("subject"),
        Models = Whole(cell("models")),
        WatchedSeconds = Number(cell("watchedSeconds")),
        MeasuredSeconds = Number(cell("measuredSeconds")),
        AnsweredSeconds = Number(cell("answeredSeconds")),
        RightSeconds = Number(cell("rightSeconds")),
        GoodSeconds = Number(cell("goodSeconds")),
        MaintenanceSeconds = Number(cell("maintenanceSeconds")),
        MaintenanceMeasuredSeconds = Number(cell("maintenanceMeasuredSeconds")),
        MaintenanceGoodSeconds = Number(cell("maintenanceGoodSeconds")),
        Probes = Count(cell("probes")),
        Failed = Count(cell("failed")),
        Wrong = Count(cell("wrong")),
        Slow = Count(cell("slow")),
        TroubleSeconds = Number(cell("troubleSeconds")),
        ToldSeconds = Number(cell("toldSeconds")),
        Outages = Whole(cell("outages")),
        LeadSeconds = [.. List(cell("leadSeconds")).Select(Number).Order()],
        PromisedUpdates = Whole(cell("promisedUpdates")),
        KeptUpdates = Whole(cell("keptUpdates")),
        Incidents = [.. List(cell("incidents")).Select(i => i.Split('=')).Select(i => i.Length == 2
            ? new IncidentCost(Guid.Parse(i[0]), "", Number(i[1]))
            : throw new FormatException("An incident is written as id=badMinutes."))],
        UsualFailures = Count(cell("usualFailures")),
        UsualProbes = Count(cell("usualProbes")),
        History = new(
            Number(cell("historyWeeks")), [.. List(cell("historyBadMinutes")).Select(Number)], Number(cell("historyUsualFailures")), Number(cell("historyUsualProbes"))),
    };

    private static string[] List(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static long Count(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    // A cell that begins like a formula is one to a spreadsheet: names come from outside.
    private static string Quoted(string cell)
    {
        var safe = cell is ['=' or '+' or '@', ..] || (cell is ['-', ..] && !double.TryParse(cell, CultureInfo.InvariantCulture, out _)) ? "'" + cell : cell;
        return safe.AsSpan().ContainsAny("\",\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private sealed record Line(PublishedWeek Week, PublishedScore Row)
    {
        public ScoreFacts Facts => Row.Facts;

        public WeeklyScore Score => Row.Score;
    }
}
