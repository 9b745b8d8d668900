using System.Collections.Immutable;

namespace StatusHub.Domain.Judging;

/// <summary>How far a trouble reaches: how many requests, in which way, where.</summary>
/// <param name="ShareLow">With four chances in five the failing share lies between this…</param>
/// <param name="ShareHigh">…and this, 0 to 1.</param>
/// <param name="TokenTimeFactor">Time from token to token against the model's own usual, as a factor; 1 when usual or unmeasured.</param>
/// <param name="OnlyIn">Regions in trouble while all others are well, parted by commas; empty when it is everywhere or cannot be told.</param>
/// <param name="Kinds">The failing share by kind.</param>
public sealed record TroubleScope(double ShareLow, double ShareHigh, double TokenTimeFactor, string OnlyIn, KindShares Kinds)
{
    public static TroubleScope None { get; } = new(0, 0, 1, "", default);

    /// <summary>Names of the regions it is confined to; empty for none.</summary>
    public IReadOnlyList<string> Regions() => OnlyIn.Split(',', StringSplitOptions.RemoveEmptyEntries);

    internal static TroubleScope Of(JudgeState state, double share, double tokenTimeFactor, bool isFailing, DateTimeOffset now, JudgingPolicy policy)
    {
        var usual = state.Rate.UpperBound(policy);
        var (low, high) = state.Health.ShareWithin(policy);
        return new(
            Math.Round(Math.Min(low, share), Digits), Math.Round(Math.Max(high, share), Digits), Math.Round(tokenTimeFactor, Digits),
            RegionTallies.OnlyIn(state.Regions, bySlowness: !isFailing, usual, now), KindShares.Of(state.Tallies, share));
    }

    private const int Digits = 4;
}

/// <summary>Shares of all requests, 0 to 1, that fail in each way people tell apart.</summary>
public readonly record struct KindShares(double Availability, double Errors, double Quality, double Access)
{
    private const int Digits = 4;

    /// <summary>Splits a failing share as the failures seen lately split.</summary>
    internal static KindShares Of(ImmutableArray<FailureTally> tallies, double share)
    {
        var all = tallies.Sum(t => t.Weight);
        double Part(params TroubleKind[] kinds) =>
            all <= 0 ? 0 : Math.Round(share * tallies.Where(t => kinds.Contains(ProbeHypotheses.KindOf(t.Failure))).Sum(t => t.Weight) / all, Digits);
        return new(Part(TroubleKind.Availability, TroubleKind.Latency), Part(TroubleKind.Errors), Part(TroubleKind.Quality), Part(TroubleKind.Access));
    }
}
