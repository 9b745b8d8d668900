using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StatusHub.Domain.Scores;

/// <summary>A week by ISO 8601: from Monday 00:00 UTC, written <c>2026-W23</c>; the first of a year is the one with its first Thursday.</summary>
[JsonConverter(typeof(IsoWeekJson))]
public readonly record struct IsoWeek : IComparable<IsoWeek>
{
    /// <summary>Seconds of a whole week.</summary>
    public const double Seconds = 7 * 86_400;

    private const int TextLength = 8;

    private IsoWeek(DateTimeOffset monday) => StartsAt = monday;

    /// <summary>Monday 00:00 UTC.</summary>
    public DateTimeOffset StartsAt { get; }

    /// <summary>The Monday after, 00:00 UTC: no longer in it.</summary>
    public DateTimeOffset EndsAt => StartsAt.AddDays(7);

    public IsoWeek Next => new(EndsAt);

    public IsoWeek Previous => new(StartsAt.AddDays(-7));

    public static IsoWeek Of(DateTimeOffset at)
    {
        var day = at.UtcDateTime.Date;
        return new(new DateTimeOffset(day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), TimeSpan.Zero));
    }

    public static IsoWeek Parse(string text) => TryParse(text, out var week) ? week : throw new FormatException($"'{text}' is not a week of the form 2026-W23.");

    /// <summary>Reads <c>2026-W23</c>; years from 2000 to 2199, and only weeks that the year has.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IsoWeek week)
    {
        week = default;
        if (text is not { Length: TextLength } || text[4] != '-' || text[5] != 'W' || !IsNumber(text[..4], out var year) || !IsNumber(text[6..], out var number)
            || year is < 2000 or >= 2200 || number < 1 || number > ISOWeek.GetWeeksInYear(year))
        {
            return false;
        }

        week = new(new DateTimeOffset(ISOWeek.ToDateTime(year, number, DayOfWeek.Monday), TimeSpan.Zero));
        return true;
    }

    public int CompareTo(IsoWeek other) => StartsAt.CompareTo(other.StartsAt);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(StartsAt.UtcDateTime):0000}-W{ISOWeek.GetWeekOfYear(StartsAt.UtcDateTime):00}");

    public static bool operator <(IsoWeek left, IsoWeek right) => left.CompareTo(right) < 0;

    public static bool operator >(IsoWeek left, IsoWeek right) => left.CompareTo(right) > 0;

    public static bool operator <=(IsoWeek left, IsoWeek right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IsoWeek left, IsoWeek right) => left.CompareTo(right) >= 0;

    private static bool IsNumber(string digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

internal sealed class IsoWeekJson : JsonConverter<IsoWeek>
{
    public override IsoWeek Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IsoWeek.TryParse(reader.GetString(), out var week) ? week : throw new JsonException("not a week");

    public override void Write(Utf8JsonWriter writer, IsoWeek value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
