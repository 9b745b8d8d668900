namespace StatusHub.Domain.Catalog;

/// <summary>
/// The catalogue by the names that clients use: a model's own, or the one an organisation's endpoint asks its provider for, with or without the
/// provider in front and the date behind.
/// </summary>
public sealed class ModelNames
{
    private const int DateDigits = 8;

    private readonly Dictionary<string, HashSet<ModelId>> _byName = new(StringComparer.Ordinal);

    /// <param name="aliases">Names of the reader's own endpoints for their models.</param>
    public ModelNames(IEnumerable<ModelId> models, IEnumerable<(string Name, ModelId Model)> aliases)
    {
        foreach (var model in models)
        {
            Add(model.Value, model);
            Add(model.Name, model);
        }

        foreach (var (name, model) in aliases)
        {
            Add(Plain(name), model);
        }
    }

    /// <summary>The one model a name can mean; null when it is none, or could be several.</summary>
    /// <param name="provider">Who is said to serve it; settles it between models of one name.</param>
    public ModelId? Find(string? provider, string? name)
    {
        if (name is not { Length: > 0 })
        {
            return null;
        }

        var plain = Plain(name);
        var found = Of(plain) ?? Of(Undated(plain)) ?? Of(plain[(plain.LastIndexOf('/') + 1)..]) ?? Of(Undated(plain[(plain.LastIndexOf('/') + 1)..]));
        if (found is null || found.Count == 1)
        {
            return found?.First();
        }

        var told = Plain(provider ?? "");
        var theirs = found.Where(m => told.Length > 0 && (told.Contains(m.Provider, StringComparison.Ordinal) || told.Replace("-", "", StringComparison.Ordinal) == m.Provider)).ToList();
        return theirs.Count == 1 ? theirs[0] : null;
    }

    private void Add(string name, ModelId model)
    {
        _byName.TryAdd(name, []);
        _byName[name].Add(model);
    }

    private HashSet<ModelId>? Of(string name) => _byName.GetValueOrDefault(name);

    private static string Plain(string name) => string.Concat(name.ToLowerInvariant().Select(c => c is '_' or ':' or ' ' ? '-' : c));

    /// <summary><c>gpt-5-20260101</c> and <c>gpt-5-2026-01-01</c> are <c>gpt-5</c>.</summary>
    private static string Undated(string name)
    {
        var end = name.Length;
        var digits = 0;
        while (end > 0 && digits < DateDigits && (char.IsAsciiDigit(name[end - 1]) || name[end - 1] == '-'))
        {
            digits += char.IsAsciiDigit(name[end - 1]) ? 1 : 0;
            end--;
        }

        return digits == DateDigits && end > 1 && name[end - 1] == '-' ? name[..(end - 1)] : name;
    }
}
