using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Evidence;

/// <summary>Widths of roll-up buckets, in seconds as stored.</summary>
public enum RollupStep
{
    Minute = 60,
    Quarter = 900,
    Hour = 3_600,
    Day = 86_400,
}

public readonly record struct RollupKey(ModelId Model, string Region, RollupStep Step, DateTimeOffset Bucket);

/// <summary>What happened to one model in one region during one bucket: counts and mergeable histograms, never raw rows.</summary>
public sealed class Rollup
{
    /// <summary>Every step an outcome is folded into as it is written.</summary>
    public static readonly RollupStep[] Steps = [RollupStep.Minute, RollupStep.Quarter, RollupStep.Hour, RollupStep.Day];

    /// <summary>Size of <see cref="Failures"/>: one count for each possible failure class value.</summary>
    public const int FailureSlots = 64;

    public int Attempts { get; set; }

    /// <summary>Attempts on the base grid only, the ones that count in scores.</summary>
    public int BaseAttempts { get; set; }

    public int BaseFailures { get; set; }

    /// <summary>Base-grid attempts whose failure says nothing of the model: the account's, our own, a policy's.</summary>
    public int BaseExcused { get; set; }

    /// <summary>Base-grid failures that were a wrong answer, or another model's.</summary>
    public int BaseWrong { get; set; }

    /// <summary>Failures by <see cref="FailureClass"/> value.</summary>
    public int[] Failures { get; init; } = new int[FailureSlots];

    /// <summary>Time to first token, milliseconds.</summary>
    public int[] Ttft { get; init; } = LatencyHistogram.Empty();

    /// <summary>The same of the base grid alone; stored for quarters of an hour only, which scores are made of.</summary>
    public int[] BaseTtft { get; init; } = LatencyHistogram.Empty();

    public int[] TokensPerSecond { get; init; } = LatencyHistogram.Empty();

    public int FailureCount => Failures.Sum();

    public static DateTimeOffset BucketOf(DateTimeOffset at, RollupStep step)
    {
        var seconds = at.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(seconds - (seconds % (int)step));
    }

    public void Add(ProbeOutcome outcome)
    {
        Attempts++;
        if (outcome.BaseGrid)
        {
            AddToBase(outcome);
        }

        if (!outcome.Succeeded)
        {
            Failures[(int)outcome.Failure]++;
        }

        if (outcome.Succeeded && outcome.Timings.FirstTokenMs is { } ttft)
        {
            LatencyHistogram.Add(Ttft, ttft);
        }

        if (outcome.TokensPerSecond is { } rate)
        {
            LatencyHistogram.Add(TokensPerSecond, rate);
        }
    }

    private void AddToBase(ProbeOutcome outcome)
    {
        var blame = FailureClasses.BlameOf(outcome.Failure);
        BaseAttempts++;
        BaseFailures += blame is Blame.Provider or Blame.Network ? 1 : 0;
        BaseExcused += blame is Blame.Account or Blame.Probe or Blame.Policy ? 1 : 0;
        BaseWrong += outcome.Failure is FailureClass.WrongContent or FailureClass.WrongModel ? 1 : 0;
        if (outcome.Succeeded && outcome.Timings.FirstTokenMs is { } ttft)
        {
            LatencyHistogram.Add(BaseTtft, ttft);
        }
    }

    public void Merge(Rollup other)
    {
        Attempts += other.Attempts;
        BaseAttempts += other.BaseAttempts;
        BaseFailures += other.BaseFailures;
        BaseExcused += other.BaseExcused;
        BaseWrong += other.BaseWrong;
        for (var i = 0; i < FailureSlots; i++)
        {
            Failures[i] += other.Failures[i];
        }

        LatencyHistogram.Merge(Ttft, other.Ttft);
        LatencyHistogram.Merge(BaseTtft, other.BaseTtft);
        LatencyHistogram.Merge(TokensPerSecond, other.TokensPerSecond);
    }

    /// <summary>Folds outcomes into every bucket they belong to.</summary>
    public static Dictionary<RollupKey, Rollup> Fold(IEnumerable<ProbeOutcome> outcomes)
    {
        var rollups = new Dictionary<RollupKey, Rollup>();
        foreach (var outcome in outcomes)
        {
            foreach (var step in Steps)
            {
                var key = new RollupKey(outcome.Model, outcome.Region, step, BucketOf(outcome.StartedAt, step));
                if (!rollups.TryGetValue(key, out var rollup))
                {
                    rollups[key] = rollup = new Rollup();
                }

                rollup.Add(outcome);
            }
        }

        return rollups;
    }
}
