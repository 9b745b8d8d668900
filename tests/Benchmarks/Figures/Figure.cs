using System.Globalization;

namespace StatusHub.Benchmarks.Figures;

/// <summary>One acceptance figure: what is promised, what the reference simulation had, what this code does.</summary>
/// <param name="Unit">Unit behind the number; <c>%</c> shows a share of 1 as per cent.</param>
/// <param name="Reference">As measured when the promise was made; null where only the promise is known.</param>
internal sealed record Figure(string Part, string Name, string Unit, double? Reference, double Least, double Most, double Value)
{
    public bool IsMet => Least <= Value && Value <= Most;

    public static Figure AtMost(string part, string name, string unit, double? reference, double most, double value) =>
        new(part, name, unit, reference, double.NegativeInfinity, most, value);

    public static Figure AtLeast(string part, string name, string unit, double? reference, double least, double value) =>
        new(part, name, unit, reference, least, double.PositiveInfinity, value);

    public override string ToString() =>
        $"| {Part} | {Name} | {Show(Value)} | {(Reference is { } known ? Show(known) : "-")} | {Limit} | {(IsMet ? "ok" : "NOT MET")} |";

    private string Limit => double.IsNegativeInfinity(Least) ? $"≤ {Show(Most)}" : double.IsPositiveInfinity(Most) ? $"≥ {Show(Least)}" : $"{Show(Least)} .. {Show(Most)}";

    private string Show(double value)
    {
        var (number, digits) = Unit == "%" ? (100 * value, 1) : (value, Math.Abs(value) switch { >= 20 => 0, >= 3 => 1, _ => 2 });
        return $"{number.ToString("F" + digits, CultureInfo.InvariantCulture)} {Unit}".Trim();
    }
}
