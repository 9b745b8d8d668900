using System.Globalization;
using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Contracts;

/// <summary>What an organisation wants of a model: so much good time in every window.</summary>
/// <param name="Target">Share of the time that has to be good, between 0 and 1.</param>
/// <param name="Weights">What counts as bad time; not asked when <paramref name="TtftLimitMs"/> is given.</param>
/// <param name="TtftLimitMs">Milliseconds to the first token from which an answer is late: then late answers count, not states. Null for availability.</param>
public sealed record Objective(
    Guid OrgId, Guid Id, string Name, ModelId Model, double Target, ObjectiveWindow Window, StateWeights Weights, double? TtftLimitMs,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    public const int MaxNameLength = 200;
    public const double LeastTarget = 0.5;
    public const double HighestTarget = 0.99999;
    public const double MaxTtftLimitMs = 120_000;

    /// <summary>The share of the time that may be bad.</summary>
    public double Allowed => 1 - Target;

    /// <summary>Whether another asks the same of the same model, whatever it is called.</summary>
    public bool AsksTheSameAs(Objective other) =>
        (Model, Target, Window, Weights, TtftLimitMs) == (other.Model, other.Target, other.Window, other.Weights, other.TtftLimitMs);
}

/// <summary>The time an objective looks at: so many days up to now, or the calendar month (UTC).</summary>
/// <param name="Days">Null for the calendar month.</param>
public readonly record struct ObjectiveWindow(int? Days)
{
    public const int MaxDays = 90;
    private const string MonthName = "month";

    public static readonly ObjectiveWindow Month = new(null);

    /// <summary>Reads <c>30d</c> (1 to 90 days) or <c>month</c>.</summary>
    public static bool TryParse(string? text, out ObjectiveWindow window)
    {
        window = Month;
        if (text == MonthName)
        {
            return true;
        }

        var isDays = text is [.., 'd'] && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MaxDays;
        window = isDays ? new(int.Parse(text![..^1], CultureInfo.InvariantCulture)) : Month;
        return isDays;
    }

    /// <summary>Where it begins and ends as seen at an instant. A rolling window ends now; a month ends with the month.</summary>
    public (DateTimeOffset From, DateTimeOffset To) At(DateTimeOffset now)
    {
        if (Days is { } days)
        {
            return (now.AddDays(-days), now);
        }

        var month = BillingMonth.Of(now);
        return (month.From, month.To);
    }

    public override string ToString() => Days is { } days ? string.Create(CultureInfo.InvariantCulture, $"{days}d") : MonthName;
}
