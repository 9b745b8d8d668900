using System.Globalization;
using StatusHub.Domain.Contracts;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Web.Console.Objectives;

/// <summary>Budget and burn in plain words.</summary>
internal static class ObjectiveWords
{
    private const double WorthSaying = 0.01;

    public static string Budget(ErrorBudget b)
    {
        var left = b.Left > 0
            ? $"{Length(b.Left)} of {Length(b.Total)} bad time left"
            : $"Missed: {Length(b.Spent)} bad time, {Length(b.Total)} allowed";
        var unknown = b.Unknown / (b.Known + b.Unknown) > WorthSaying ? $". Of {Length(b.Unknown)} nothing is known" : "";
        return left + unknown;
    }

    public static string Burn(IReadOnlyList<BurnReading> burn) => "Pace: " + string.Join(" · ", burn.Select(r =>
        $"{TimeWords.Span(r.Level.LongWindow)} {r.OverLong.ToString("0.##", CultureInfo.InvariantCulture)}×"));

    private static string Length(double seconds) => TimeWords.Span(TimeSpan.FromSeconds(seconds));
}
