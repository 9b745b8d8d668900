using System.Globalization;

namespace StatusHub.Domain.Contracts;

/// <summary>A calendar month in UTC, written <c>2026-06</c>.</summary>
public readonly record struct BillingMonth(int Year, int Month)
{
    private const int FirstYear = 2000;
    private const int LastYear = 2199;

    public DateTimeOffset From => new(Year, Month, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset To => From.AddMonths(1);

    public BillingMonth Before => Of(From.AddDays(-1));

    public static BillingMonth Of(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month);

    public static bool TryParse(string? text, out BillingMonth month)
    {
        var isMonth = DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is >= FirstYear and <= LastYear;
        month = isMonth ? new(first.Year, first.Month) : default;
        return isMonth;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");
}
