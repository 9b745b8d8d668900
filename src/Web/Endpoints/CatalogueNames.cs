using System.Collections.Frozen;

namespace StatusHub.Web.Endpoints;

/// <summary>A first display name for what enters the catalogue by its id alone; people may change it.</summary>
public static class CatalogueNames
{
    private static readonly FrozenDictionary<string, string> Spelled = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["openai"] = "OpenAI",
        ["xai"] = "xAI",
        ["deepseek"] = "DeepSeek",
        ["openrouter"] = "OpenRouter",
        ["gpt"] = "GPT",
        ["glm"] = "GLM",
        ["ai"] = "AI",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary><c>claude-opus-4-8</c> becomes "Claude Opus 4.8": words capitalised, neighbouring short numbers are one version.</summary>
    public static string FromId(string id)
    {
        var words = new List<string>();
        foreach (var word in id.Split('-', StringSplitOptions.RemoveEmptyEntries))
        {
            if (words.Count > 0 && IsVersionPart(word) && IsVersionPart(words[^1]))
            {
                words[^1] += "." + word;
            }
            else
            {
                words.Add(Spelled.GetValueOrDefault(word) ?? char.ToUpperInvariant(word[0]) + word[1..]);
            }
        }

        return words.Count == 0 ? id : string.Join(' ', words);
    }

    private static bool IsVersionPart(string word) => word.Length <= 2 && word.All(char.IsAsciiDigit);
}
