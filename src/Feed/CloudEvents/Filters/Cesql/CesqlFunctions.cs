using System.Collections.Frozen;
using System.Text;

namespace StatusHub.Feed.CloudEvents.Filters.Cesql;

/// <summary>One function: how it takes its arguments, and what it makes of them once they are cast.</summary>
/// <param name="Parameters">Types to cast to; null takes any.</param>
/// <param name="Rest">Type of any number of further arguments; null for none.</param>
internal sealed record CesqlFunction(
    CesqlType Returns, IReadOnlyList<CesqlType?> Parameters, CesqlType? Rest, Func<IReadOnlyList<CesqlValue>, CesqlResult> Apply)
{
    public bool Takes(int count) => Rest is null ? count == Parameters.Count : count >= Parameters.Count;

    public CesqlType? TypeOf(int index) => index < Parameters.Count ? Parameters[index] : Rest;
}

/// <summary>The functions of CESQL 1.0.0, section 3.5, and the casts by name its conformance cases use. Characters are Unicode scalar values.</summary>
internal static class CesqlFunctions
{
    private static readonly FrozenDictionary<string, CesqlFunction[]> All = new Dictionary<string, CesqlFunction[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["ABS"] = [Of(CesqlType.Integer, [CesqlType.Integer], Abs)],
        ["LENGTH"] = [Of(CesqlType.Integer, [CesqlType.String], a => Number(Runes(a[0].Text).Length))],
        ["LOWER"] = [Of(CesqlType.String, [CesqlType.String], a => Text(a[0].Text.ToLowerInvariant()))],
        ["UPPER"] = [Of(CesqlType.String, [CesqlType.String], a => Text(a[0].Text.ToUpperInvariant()))],
        ["TRIM"] = [Of(CesqlType.String, [CesqlType.String], a => Text(a[0].Text.Trim()))],
        ["LEFT"] = [Of(CesqlType.String, [CesqlType.String, CesqlType.Integer], a => Side(a, (runes, n) => runes[..n]))],
        ["RIGHT"] = [Of(CesqlType.String, [CesqlType.String, CesqlType.Integer], a => Side(a, (runes, n) => runes[^n..]))],
        ["SUBSTRING"] =
        [
            Of(CesqlType.String, [CesqlType.String, CesqlType.Integer], a => Substring(a[0].Text, a[1].Number, int.MaxValue)),
            Of(CesqlType.String, [CesqlType.String, CesqlType.Integer, CesqlType.Integer], a => Substring(a[0].Text, a[1].Number, a[2].Number)),
        ],
        ["CONCAT"] = [new(CesqlType.String, [], CesqlType.String, a => Text(string.Concat(a.Select(v => v.Text))))],
        ["CONCAT_WS"] = [new(CesqlType.String, [CesqlType.String], CesqlType.String, a => Text(string.Join(a[0].Text, a.Skip(1).Select(v => v.Text))))],
        ["INT"] = [Of(CesqlType.Integer, [CesqlType.Integer], a => CesqlResult.Of(a[0]))],
        ["BOOL"] = [Of(CesqlType.Boolean, [CesqlType.Boolean], a => CesqlResult.Of(a[0]))],
        ["STRING"] = [Of(CesqlType.String, [CesqlType.String], a => CesqlResult.Of(a[0]))],
        ["IS_INT"] = [Of(CesqlType.Boolean, [null], a => Flag(a[0].TryCast(CesqlType.Integer, out _)))],
        ["IS_BOOL"] = [Of(CesqlType.Boolean, [null], a => Flag(a[0].TryCast(CesqlType.Boolean, out _)))],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The function of a name that takes so many arguments; null when there is none.</summary>
    public static CesqlFunction? Find(string name, int arguments) =>
        All.TryGetValue(name, out var overloads) ? Array.Find(overloads, f => f.Takes(arguments)) : null;

    private static CesqlFunction Of(CesqlType returns, CesqlType?[] parameters, Func<IReadOnlyList<CesqlValue>, CesqlResult> apply) =>
        new(returns, parameters, Rest: null, apply);

    private static CesqlResult Abs(IReadOnlyList<CesqlValue> a) => a[0].Number == int.MinValue
        ? new CesqlResult(CesqlValue.Of(int.MaxValue), CesqlFault.Math)
        : Number(Math.Abs(a[0].Number));

    private static CesqlResult Side(IReadOnlyList<CesqlValue> a, Func<Rune[], int, Rune[]> take)
    {
        var (text, count) = (a[0].Text, a[1].Number);
        var runes = Runes(text);
        return count < 0 ? new CesqlResult(CesqlValue.Of(text), CesqlFault.FunctionEvaluation)
            : count >= runes.Length ? Text(text)
            : Text(Joined(take(runes, count)));
    }

    /// <param name="position">From 1; negative counts from the end; 0 gives nothing.</param>
    private static CesqlResult Substring(string text, int position, int length)
    {
        var runes = Runes(text);
        if (position > runes.Length || position < -(long)runes.Length || length < 0)
        {
            return CesqlResult.Failed(CesqlFault.FunctionEvaluation, CesqlType.String);
        }

        if (position == 0)
        {
            return Text("");
        }

        var from = position > 0 ? position - 1 : runes.Length + position;
        return Text(Joined(runes[from..(int)Math.Min(runes.Length, (long)from + length)]));
    }

    private static Rune[] Runes(string text) => [.. text.EnumerateRunes()];

    private static string Joined(Rune[] runes) => string.Concat(runes);

    private static CesqlResult Text(string text) => CesqlResult.Of(CesqlValue.Of(text));

    private static CesqlResult Number(int number) => CesqlResult.Of(CesqlValue.Of(number));

    private static CesqlResult Flag(bool flag) => CesqlResult.Of(CesqlValue.Of(flag));
}
