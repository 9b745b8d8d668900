namespace StatusHub.Probes.Dialects;

/// <summary>
/// What a server of the chat dialect must be told, by its host and by the model's name. Facts as of 2026: OpenAI's own hosts take
/// <c>max_completion_tokens</c> for every model and demand it for those that reason; other servers know <c>max_tokens</c> for their own
/// models (an unknown field would leave an answer without a limit), and pass OpenAI's reasoning models on under their own names, which
/// then demand the newer field there too.
/// </summary>
internal readonly record struct OpenAiModel(bool Reasons, bool NewTokenField, string? Effort, bool AsksForUsage)
{
    public static OpenAiModel Of(Uri address, string wireModel)
    {
        var name = wireModel[(wireModel.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var isOSeries = name.Length >= 2 && name[0] == 'o' && char.IsAsciiDigit(name[1]);
        var isGpt5 = name.StartsWith("gpt-", StringComparison.Ordinal) && name.Length > 4 && name[4] is >= '5' and <= '9';
        var reasons = isOSeries || (isGpt5 && !name.Contains("chat", StringComparison.Ordinal));
        return new OpenAiModel(
            reasons,
            reasons || isGpt5 || IsOpenAi(address.Host),
            reasons ? LowestEffort(name, isOSeries) : null,
            // The one known server that refuses the field; it reports usage without being asked.
            !address.Host.EndsWith(".mistral.ai", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsOpenAi(string host) =>
        host.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".api.openai.com", StringComparison.OrdinalIgnoreCase)
        || OpenAiChat.IsAzure(host);

    /// <summary>
    /// The lowest effort a family accepts: o-series <c>low</c>; gpt-5 itself <c>minimal</c>; gpt-5.1 and later <c>none</c>.
    /// The pro and codex variants differ from release to release and are left at their own default.
    /// </summary>
    private static string? LowestEffort(string name, bool isOSeries)
    {
        if (name.Contains("pro", StringComparison.Ordinal) || name.Contains("codex", StringComparison.Ordinal))
        {
            return null;
        }

        if (isOSeries)
        {
            return name.StartsWith("o1-mini", StringComparison.Ordinal) || name.StartsWith("o1-preview", StringComparison.Ordinal) ? null : "low";
        }

        var isLater = name[4] > '5' || (name.Length > 6 && name[5] is '.' or '-' && char.IsAsciiDigit(name[6]) && (name.Length == 7 || !char.IsAsciiDigit(name[7])));
        return isLater ? "none" : "minimal";
    }
}
