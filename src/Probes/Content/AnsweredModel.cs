using System.Text.RegularExpressions;

namespace StatusHub.Probes.Content;

/// <summary>Whether the model that answered is the one that was asked, under the many names a provider gives one model.</summary>
internal static partial class AnsweredModel
{
    /// <summary>The patterns are linear; the limit only says so to whoever changes them.</summary>
    private const int MatchMilliseconds = 1000;

    /// <summary>
    /// The same model: equal after lower-casing, with provider and path prefixes, gateway routing marks (<c>:free</c>) and punctuation
    /// evened out, or one name is the other with a date or release mark at its end (<c>gpt-5-2-2026-01-01</c>). Another size, another
    /// version or another pinned date is another model.
    /// </summary>
    public static bool IsSame(string asked, string answered)
    {
        if (string.Equals(asked, answered, StringComparison.Ordinal))
        {
            return true;
        }

        var (a, b) = (Even(asked), Even(answered));
        if (a.Length == 0 || b.Length == 0 || a == b || IsRouter(a))
        {
            return true;
        }

        var (plainA, plainB) = (Alias().Replace(a, ""), Alias().Replace(b, ""));
        return plainA == plainB || IsMarked(plainA, plainB) || IsMarked(plainB, plainA);
    }

    private static bool IsMarked(string name, string longer) =>
        longer.Length > name.Length + 1 && longer.StartsWith(name, StringComparison.Ordinal) && longer[name.Length] == '-'
        && ReleaseMark().IsMatch(longer[(name.Length + 1)..]);

    /// <summary>Names that ask a gateway to choose.</summary>
    private static bool IsRouter(string asked) => asked is "auto" or "default" or "router";

    private static string Even(string name)
    {
        var even = name.Trim().ToLowerInvariant();
        even = even[(even.LastIndexOf('/') + 1)..];
        even = RegionAndMaker().Replace(even, "");
        even = RoutingMark().Replace(even, "");
        return even.Replace('.', '-').Replace('@', '-').Replace('_', '-');
    }

    [GeneratedRegex(@"^(?:(?:us|eu|apac|global)\.)?(?:anthropic|openai|mistral|meta|amazon|google|deepseek|cohere|qwen)\.", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex RegionAndMaker();

    [GeneratedRegex(":(?:free|nitro|floor|online|extended|exacto|latest)$", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex RoutingMark();

    /// <summary>Marks that stand for "the newest of this name".</summary>
    [GeneratedRegex("-(?:latest|0)$", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Alias();

    /// <summary>20260101, 2026-01-01, 0613, 2512, 001, preview-09-2026, optionally with a build such as -v1 or -v1:0.</summary>
    [GeneratedRegex(@"^(?:preview-?)?(?:(?:20\d{2}-?[01]\d-?[0-3]\d|[0-3]\d-20\d{2}|[01]\d-[0-3]\d|[0-9]{4}|0\d\d))?-?(?:v\d+(?::\d+)?)?$", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex ReleaseMark();
}
