using System.Globalization;

namespace StatusHub.Domain.Fallback;

/// <summary>What a model can do, as the operator declares it.</summary>
/// <param name="Abilities">Lower-case names, such as <c>vision</c> and <c>tools</c>.</param>
/// <param name="ContextTokens">Longest input; null where nobody said.</param>
public sealed record Capabilities(IReadOnlyList<string> Abilities, int? ContextTokens)
{
    public static readonly Capabilities None = new([], null);
}

/// <summary>What an alternative must be able to do to take a primary's place.</summary>
/// <param name="ContextTokens">Least length of input; 0 for any.</param>
public sealed record Requirements(IReadOnlyList<string> Abilities, int ContextTokens)
{
    public static readonly Requirements None = new([], 0);

    public const int MaxAbilities = 16;
    public const int MaxAbilityLength = 32;

    private const string Context = "context:";

    /// <summary>As it would be asked for; the same for the same requirements in another order.</summary>
    public string Text { get; } = string.Join(',', Abilities.Order(StringComparer.Ordinal).Append(Context + ContextTokens.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads <c>vision,tools,context:200000</c>; nothing, for none, is valid.</summary>
    public static bool TryParse(string? text, out Requirements requirements)
    {
        requirements = None;
        var (abilities, tokens) = (new List<string>(), 0);
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(Context, StringComparison.Ordinal))
            {
                if (!int.TryParse(part.AsSpan(Context.Length), NumberStyles.None, CultureInfo.InvariantCulture, out tokens) || tokens == 0)
                {
                    return false;
                }
            }
            else if (!IsAbility(part) || abilities.Count == MaxAbilities)
            {
                return false;
            }
            else if (!abilities.Contains(part))
            {
                abilities.Add(part);
            }
        }

        requirements = new(abilities, tokens);
        return true;
    }

    public static bool IsAbility(string text) =>
        text.Length is > 0 and <= MaxAbilityLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');

    /// <summary>Both at once.</summary>
    public Requirements And(Requirements other) =>
        new([.. Abilities.Union(other.Abilities, StringComparer.Ordinal)], Math.Max(ContextTokens, other.ContextTokens));

    /// <summary>What a model lacks, as it would be asked for; nothing for one that fits. What nobody declared, it lacks.</summary>
    public IReadOnlyList<string> LackedBy(Capabilities of) =>
        [.. Abilities.Where(a => !of.Abilities.Contains(a)), .. ContextTokens > (of.ContextTokens ?? 0) ? [Context + ContextTokens] : Array.Empty<string>()];

    public override string ToString() => string.Join(',', ContextTokens > 0 ? Abilities.Append(Context + ContextTokens) : Abilities);
}
