namespace StatusHub.Simulator.Faults;

/// <summary>What a set of faults may say; everything else is refused at the door.</summary>
public static class FaultRules
{
    /// <summary>Longest <c>retryAfter</c>, in seconds: one day.</summary>
    public const int MaxRetryAfter = 86_400;

    /// <summary>Longest fixed time to first token, in milliseconds: ten minutes.</summary>
    public const double MaxTtftMs = 600_000;

    public const double MaxTokensPerSecond = 100_000;
    public const double MaxMultiplier = 1_000;
    public const int MaxErrorCodeLength = 64;

    /// <summary>What is wrong, by JSON pointer below <paramref name="at"/>; empty when nothing is.</summary>
    public static Dictionary<string, string[]> Problems(FaultSet faults, string at = "")
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, rate) in Rates(faults))
        {
            Require(rate is >= 0 and <= 1, name, "must lie between 0 and 1");
        }

        Require(faults.ErrorStatus is >= 400 and <= 599, "errorStatus", "must be an HTTP error status, 400 to 599");
        Require(faults.RetryAfter is null or (>= 0 and <= MaxRetryAfter), "retryAfter", $"must lie between 0 and {MaxRetryAfter} seconds");
        Require(faults.ErrorCode is null || IsCode(faults.ErrorCode), "errorCode", $"must be 1 to {MaxErrorCodeLength} characters of a-z, 0-9 and _");
        Require(faults.TtftMs is null or (>= 0 and <= MaxTtftMs), "ttftMs", $"must lie between 0 and {MaxTtftMs} milliseconds");
        Require(faults.TokensPerSecond is null or (> 0 and <= MaxTokensPerSecond), "tokensPerSecond", $"must lie above 0 and be at most {MaxTokensPerSecond}");
        Require(faults.TtftMultiplier is > 0 and <= MaxMultiplier, "ttftMultiplier", $"must lie above 0 and be at most {MaxMultiplier}");
        Require(faults.TokensPerSecondMultiplier is > 0 and <= MaxMultiplier, "tokensPerSecondMultiplier", $"must lie above 0 and be at most {MaxMultiplier}");
        return problems;

        void Require(bool holds, string field, string rule)
        {
            if (!holds)
            {
                problems[$"{at}/{field}"] = [rule];
            }
        }
    }

    private static IEnumerable<(string Name, double Rate)> Rates(FaultSet faults) =>
    [
        ("errorRate", faults.ErrorRate),
        ("connectFailRate", faults.ConnectFailRate),
        ("stallRate", faults.StallRate),
        ("cutRate", faults.CutRate),
        ("inStreamErrorRate", faults.InStreamErrorRate),
        ("wrongContentRate", faults.WrongContentRate),
        ("emptyRate", faults.EmptyRate),
        ("malformedRate", faults.MalformedRate),
        ("wrongModelRate", faults.WrongModelRate),
    ];

    private static bool IsCode(string text) =>
        text.Length is > 0 and <= MaxErrorCodeLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
