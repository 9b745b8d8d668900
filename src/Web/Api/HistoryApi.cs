using System.Collections.Frozen;
using System.Globalization;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

/// <param name="Step"><c>minute</c>, <c>quarter</c> (of an hour), <c>hour</c> or <c>day</c>.</param>
public sealed record HistoryJson(string Model, DateTimeOffset From, DateTimeOffset To, string Step, IReadOnlyList<BucketJson> Buckets);

/// <summary>One bucket, every region together.</summary>
/// <param name="Failures">By class.</param>
/// <param name="TtftMs">Time to first token, milliseconds; null when none was measured.</param>
/// <param name="TokensPerSecond">Null when none was measured.</param>
/// <param name="StateSeconds">Seconds in each state; what is missing was not measured or has not happened yet.</param>
public sealed record BucketJson(
    DateTimeOffset At,
    int Attempts,
    IReadOnlyDictionary<string, int> Failures,
    QuantilesJson? TtftMs,
    QuantilesJson? TokensPerSecond,
    IReadOnlyDictionary<string, double> StateSeconds);

public sealed record QuantilesJson(double P50, double P95, double P99)
{
    internal static QuantilesJson? Of(int[] counts) => LatencyHistogram.Quantile(counts, 0.5) is { } p50
        ? new QuantilesJson(Round(p50), Round(LatencyHistogram.Quantile(counts, 0.95)!.Value), Round(LatencyHistogram.Quantile(counts, 0.99)!.Value))
        : null;

    // The histogram is within 6 %: more digits would be noise.
    private static double Round(double value) => Math.Round(value, 1);
}

internal static class HistoryApi
{
    /// <summary>Most buckets one answer may have.</summary>
    public const int MaxBuckets = 2_000;

    /// <summary>Buckets answered when no <c>from</c> is given.</summary>
    public const int UsualBuckets = 96;

    private static readonly FrozenDictionary<string, RollupStep> Steps =
        Enum.GetValues<RollupStep>().ToFrozenDictionary(s => s.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static async Task<IResult> ReadAsync(
        string provider, string model, string? from, string? to, string? step,
        CurrentView current, RollupStore rollups, VerdictStore verdicts, Clocks clocks, CancellationToken cancel)
    {
        if (ModelsApi.Find(current.Value, provider, model) is not { } found)
        {
            return Problem.Answer(ProblemKind.NotFound, "There is no such model.");
        }

        var now = clocks.Now;
        var (range, problem) = Range(from, to, step, now);
        if (range is not { } asked)
        {
            return problem!;
        }

        var rows = await rollups.ReadAsync(found.Id, asked.Step, asked.From, asked.To, cancel);
        var spans = await verdicts.SpansAsync(found.Id, asked.From, cancel);
        var buckets = Buckets(asked, rows, spans, now);
        return Answer.Json(new HistoryJson(found.Id.Value, asked.From, asked.To, NameOf(asked.Step), buckets));
    }

    private static (Asked? Range, Answer? Problem) Range(string? from, string? to, string? step, DateTimeOffset now)
    {
        var width = RollupStep.Quarter;
        if (step is not null && !Steps.TryGetValue(step, out width))
        {
            return (null, Problem.Parameter("step", "unknown", "Known steps: minute, quarter, hour, day."));
        }

        if (!TryTime(to, now, out var end))
        {
            return (null, Problem.Parameter("to", "format", "Must be an RFC 3339 time with an offset."));
        }

        if (!TryTime(from, end.AddSeconds(-(double)UsualBuckets * (int)width), out var start))
        {
            return (null, Problem.Parameter("from", "format", "Must be an RFC 3339 time with an offset."));
        }

        start = Rollup.BucketOf(start, width);
        var seconds = (end - start).TotalSeconds;
        return seconds <= 0 ? (null, Problem.Parameter("from", "range", "Must lie before to."))
            : seconds / (int)width > MaxBuckets ? (null, Problem.Parameter("step", "range", $"At most {MaxBuckets} buckets: ask for less time or a wider step."))
            : (new Asked(start, end, width), null);
    }

    // The offset is required: a time without one would silently be read in the server's own zone.
    private static bool TryTime(string? text, DateTimeOffset unless, out DateTimeOffset time)
    {
        time = unless;
        return text is null
            || (text.Length is > 10 and < 40
                && (text.EndsWith('Z') || text[10..].AsSpan().ContainsAny('+', '-'))
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time)
                && time.Year is >= 2000 and < 2200);
    }

    private static List<BucketJson> Buckets(
        Asked asked, IReadOnlyList<(RollupKey Key, Rollup Rollup)> rows, IReadOnlyList<VerdictSpan> spans, DateTimeOffset now)
    {
        var counted = new Dictionary<DateTimeOffset, Rollup>();
        foreach (var (key, rollup) in rows)
        {
            if (!counted.TryGetValue(key.Bucket, out var sum))
            {
                counted[key.Bucket] = sum = new Rollup();
            }

            sum.Merge(rollup);
        }

        var buckets = new List<BucketJson>();
        for (var at = asked.From; at < asked.To; at = at.AddSeconds((int)asked.Step))
        {
            var end = at.AddSeconds((int)asked.Step);
            var until = end < now ? end : now;
            var start = at;
            var inside = spans.Where(s => s.From < until && (s.To is null || s.To > start)).Select(s => (s.Status, s.From, s.To));
            buckets.Add(BucketOf(at, counted.GetValueOrDefault(at) ?? new Rollup(), Uptime.Within(inside, at, until)));
        }

        return buckets;
    }

    private static BucketJson BucketOf(DateTimeOffset at, Rollup rollup, StateSeconds state) => new(
        at,
        rollup.Attempts,
        rollup.Failures.Select((count, value) => (count, value)).Where(f => f.count > 0)
            .ToDictionary(f => FailureClasses.WireName((FailureClass)f.value), f => f.count),
        QuantilesJson.Of(rollup.Ttft),
        QuantilesJson.Of(rollup.TokensPerSecond),
        new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [HealthState.Operational.WireName()] = state.Operational,
            [HealthState.DegradedPerformance.WireName()] = state.Degraded,
            [HealthState.PartialOutage.WireName()] = state.Partial,
            [HealthState.MajorOutage.WireName()] = state.Major,
            [HealthState.UnderMaintenance.WireName()] = state.Maintenance,
        });

    private static string NameOf(RollupStep step) => step.ToString().ToLowerInvariant();

    private readonly record struct Asked(DateTimeOffset From, DateTimeOffset To, RollupStep Step);
}
