namespace StatusHub.Domain.Tenancy;

/// <summary>One thing that was agreed, by its name and in words.</summary>
public readonly record struct AuditTerm(string Name, string Value);

/// <summary>What was agreed before and after, as an audit entry tells it. Pure.</summary>
public static class AuditDetail
{
    /// <summary>Longest value that is written out, in characters: an entry is a record, no copy.</summary>
    public const int MaxValueLength = 300;

    private const string Nothing = "nothing";

    /// <summary>All terms: of what was made, and of what is gone.</summary>
    public static string Whole(IReadOnlyList<AuditTerm> terms) => string.Join("; ", terms.Select(t => $"{t.Name} {Cut(t.Value)}"));

    /// <summary>The terms that are other than before, each with both values.</summary>
    public static string Changed(IReadOnlyList<AuditTerm> before, IReadOnlyList<AuditTerm> after)
    {
        var was = before.ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        var names = before.Concat(after).Select(t => t.Name).Distinct(StringComparer.Ordinal);
        var now = after.ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        var changes = names.Where(n => was.GetValueOrDefault(n) != now.GetValueOrDefault(n))
            .Select(n => $"{n} {Cut(was.GetValueOrDefault(n) ?? Nothing)} → {Cut(now.GetValueOrDefault(n) ?? Nothing)}").ToList();
        return changes.Count > 0 ? string.Join("; ", changes) : "nothing changed";
    }

    private static string Cut(string value) => value.Length <= MaxValueLength ? value : value[..MaxValueLength] + "…";
}
