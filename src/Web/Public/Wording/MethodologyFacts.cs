using StatusHub.Domain.Recovery;

namespace StatusHub.Web.Public.Wording;

/// <summary>The figures of the methodology page: all from the rules and from what was measured, none typed in.</summary>
public static class MethodologyFacts
{
    /// <summary>Incidents that an accuracy must rest on to be shown in a line of its own.</summary>
    private const int LeastCases = 30;

    // It takes seconds of a processor, which no reader is to wait for and no start-up to pay for.
    private static readonly Lazy<Task<IReadOnlyList<RecoveryAccuracy>>> WorkedOut =
        new(() => Task.Run<IReadOnlyList<RecoveryAccuracy>>(() => [.. RecoveryBacktest.Shipped.Where(r => r.Count >= LeastCases)]));

    /// <summary>The back-test on the shipped history, by time elapsed; the last is over all. Begun by whoever asks first, null until it is done.</summary>
    public static IReadOnlyList<RecoveryAccuracy>? Backtest => WorkedOut.Value is { IsCompletedSuccessfully: true } done ? done.Result : null;

    /// <summary>How much better than quantiles that ignore the clock, 0 to 1.</summary>
    public static double Gain(RecoveryAccuracy row) => 1 - (row.Loss / row.BaselineLoss);

    /// <summary>What an estimate was made after: <c>at the start</c>, <c>after 30 min</c>, <c>all together</c>.</summary>
    public static string After(RecoveryAccuracy row) =>
        row.Elapsed < TimeSpan.Zero ? "all together" : row.Elapsed == TimeSpan.Zero ? "at the start" : $"after {TimeWords.Span(row.Elapsed)}";
}
