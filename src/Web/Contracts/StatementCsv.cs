using System.Globalization;
using System.Text;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Judging;

namespace StatusHub.Web.Contracts;

/// <summary>A statement as comma-separated values (RFC 4180): a row <c>month</c> for each model, below it a row <c>down</c> for each stretch that counts and a row <c>slow</c> for each hour
/// that counts by a promise of speed, with its answers as attempts.</summary>
internal static class StatementCsv
{
    private const string LineEnd = "\r\n";

    private static readonly string[] Columns =
    [
        "row", "contract", "month", "model", "from", "to", "state", "seconds", "incidents", "regions", "attempts", "failures",
        "total_seconds", "excluded_seconds", "unknown_seconds", "availability", "availability_if_unknown_was_down", "claim", "tier_below", "credit_share", "spend", "credit", "currency", "slow_seconds",
    ];

    public static string Of(CreditStatement statement)
    {
        var text = new StringBuilder().AppendJoin(',', Columns).Append(LineEnd);
        foreach (var line in statement.Lines)
        {
            Append(text, MonthRow(statement, line));
            foreach (var down in line.Evidence)
            {
                Append(text, DownRow(statement, line, down));
            }

            foreach (var slow in line.SlowHours)
            {
                Append(text, SlowRow(statement, line, slow));
            }
        }

        return text.ToString();
    }

    private static IEnumerable<object?> MonthRow(CreditStatement s, CreditLine l) =>
    [
        "month", s.Contract.Name, s.Month, l.Model, s.Month.From, s.IsComplete ? s.Month.To : s.AsOf, null, l.Down, null, null, null, null,
        l.Total, l.Excluded, l.Unknown, l.Availability, l.AtWorst, ClauseNames.Of(l.Chance), l.Tier?.Below, l.Tier?.Credit, l.Spend, l.Credit, s.Contract.Currency, l.Slow,
    ];

    private static IEnumerable<object?> DownRow(CreditStatement s, CreditLine l, DownEvidence d) =>
    [
        "down", s.Contract.Name, s.Month, l.Model, d.From, d.To, d.State.WireName(), d.Seconds, string.Join(' ', d.Incidents), string.Join(' ', d.Regions), d.Attempts,
        string.Join(' ', d.Failures.Select(f => $"{f.Key}={f.Value}")), .. Enumerable.Repeat<object?>(null, Columns.Length - 12),
    ];

    private static IEnumerable<object?> SlowRow(CreditStatement s, CreditLine l, SlowHour h) =>
    [
        "slow", s.Contract.Name, s.Month, l.Model, h.From, h.To, null, h.Seconds, null, string.Join(' ', h.Regions), h.Answers, $"late={h.Late}",
        .. Enumerable.Repeat<object?>(null, Columns.Length - 12),
    ];

    private static void Append(StringBuilder text, IEnumerable<object?> cells) => text.AppendJoin(',', cells.Select(Cell)).Append(LineEnd);

    private static string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
            decimal number => number.ToString("0.############", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        // A name that begins like a formula would be one in a spreadsheet.
        var safe = text is ['=' or '+' or '-' or '@', ..] && value is string ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
