using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Domain.Judging;

/// <summary>What others say about a model, as of now.</summary>
/// <param name="Opinion">Of all organisations together.</param>
/// <param name="ProviderSaysTrouble">The provider has just told of an incident of this model.</param>
/// <param name="Maintenance">The window the provider announced, present or next.</param>
public sealed record Heard(Opinion Opinion, bool ProviderSaysTrouble, MaintenanceWindow? Maintenance);

/// <summary>How evidence of others moves a verdict: it can quicken our own probes and, from enough independent organisations, speak for itself.</summary>
public static partial class Judge
{
    /// <summary>Takes in what others say. It may raise a state and never lowers one: that is for our own probes to do.</summary>
    public static JudgeStep Hear(JudgeState state, Verdict current, Heard heard, DateTimeOffset now, JudgingPolicy policy)
    {
        var next = state.Copy();
        next.Maintenance = heard.Maintenance;
        next.LookCloserUntil = heard.Opinion.LookCloser || heard.ProviderSaysTrouble ? now.AddSeconds(policy.LookCloserSeconds) : next.LookCloserUntil;
        next.Outside = heard.Opinion is { IsAlarm: true } alarm
            ? new OutsideTrouble(alarm.Share, alarm.Commonest, state.Outside?.Since ?? alarm.Since ?? now, now.AddSeconds(policy.OutsideStandsSeconds))
            : null;
        if (next.Outside is { } outside && !next.InTrouble)
        {
            Confirm(next, outside.Since, bySlowness: false, policy);
            next.DetectedAt = now;
            next.SmoothShare = next.WorstShare = Math.Max(next.WorstShare, outside.Share);
        }

        if (heard.ProviderSaysTrouble && !next.InTrouble)
        {
            Believe(next, policy);
        }

        return new(next, IsUnheard(state, next, now) ? current : Verdicts.Of(next, current, now, policy), NextGap(next, now, policy));
    }

    /// <summary>
    /// The provider says it fails: even odds at once. The statistic over the mean time between troubles is the odds of trouble (Shiryaev 1963), so it is
    /// lifted to that time; two or three failed probes then establish what otherwise takes more.
    /// </summary>
    private static void Believe(JudgeState state, JudgingPolicy policy)
    {
        for (var h = 0; h < state.Detector.Evidence.Length; h++)
        {
            state.Detector.Lift(h, policy.IncidenceSeconds);
        }
    }

    /// <summary>Nothing that is shown hangs on it: a verdict is moved by our own probes, or by what speaks for itself.</summary>
    private static bool IsUnheard(JudgeState before, JudgeState after, DateTimeOffset now) =>
        before.Outside is null && after.Outside is null && before.Maintenance == after.Maintenance && !(after.Maintenance?.StartsAt <= now);
}
