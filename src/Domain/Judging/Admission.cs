using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>One observation that counts, for or against the model.</summary>
/// <param name="FirstTokenMs">Time to first token of a success, in milliseconds, when it was measured.</param>
/// <param name="TokenMs">Milliseconds from token to token after that, when they were measured.</param>
/// <param name="Region">Where it was seen from; empty when that is not known.</param>
internal readonly record struct Fact(
    FailureClass Failure, DateTimeOffset StartedAt, DateTimeOffset At, double? FirstTokenMs, double? TokenMs, string Region, bool BaseGrid);

/// <summary>
/// Whose fault was it? What is the provider's counts at once. A network failure or a refused key is held until something else shows that our
/// own network or key works; our own limits, our own mistakes and content policies never count.
/// </summary>
internal static class Admission
{
    /// <summary>Most failures held: a minute of bursts and some. Later ones would only repeat what the first ones say.</summary>
    private const int MostHeld = 16;

    /// <summary>Most keys followed; the longest silent one makes room.</summary>
    private const int MostKeys = 8;

    /// <summary>How long the dearest probe seen makes successes of cheaper ones count for nothing.</summary>
    private static readonly TimeSpan RungMemory = TimeSpan.FromHours(1);

    /// <summary>The facts that follow from an outcome, oldest first; what has to wait is put into the state.</summary>
    public static List<Fact> Facts(JudgeState state, ProbeOutcome outcome, Vantage vantage, JudgingPolicy policy)
    {
        var facts = new List<Fact>();
        var ours = FailureClasses.BlameOf(outcome.Failure);
        state.IsCutOff = ours == Blame.Network && vantage.IsDown(outcome.At);
        if (KeyWorked(outcome))
        {
            ReleaseRefusals(state, outcome, facts);
        }

        Hold(state, outcome, policy);
        SettleNetwork(state, outcome, vantage, policy, facts);
        if (ours == Blame.Provider || (IsAlive(outcome) && ProvesInference(state, outcome)))
        {
            state.LastWithoutEvidence = FailureClass.None;
            var failure = ours == Blame.Provider ? outcome.Failure : FailureClass.None;
            var (first, each) = outcome.Succeeded ? (outcome.Timings.FirstTokenMs, 1000 / outcome.TokensPerSecond) : (null, null);
            facts.Add(new(failure, outcome.StartedAt, outcome.At, first, each, outcome.Region, outcome.BaseGrid));
        }
        else if (!IsAlive(outcome))
        {
            state.LastWithoutEvidence = outcome.Failure;
        }

        return facts;
    }

    /// <summary>A model that used up its token budget was answering.</summary>
    private static bool IsAlive(ProbeOutcome outcome) => outcome.Succeeded || outcome.Failure == FailureClass.TokenBudgetExhausted;

    private static bool KeyWorked(ProbeOutcome outcome) => IsAlive(outcome) && outcome.Rung > ProbeRung.Connect;

    /// <summary>A handshake or a models list says nothing about inference where inference is probed too.</summary>
    private static bool ProvesInference(JudgeState state, ProbeOutcome outcome)
    {
        if (outcome.Rung >= state.Rung || outcome.Rung >= ProbeRung.Stream || !(outcome.At - state.RungAt <= RungMemory))
        {
            (state.Rung, state.RungAt) = (outcome.Rung, outcome.At);
            return true;
        }

        return false;
    }

    private static void Hold(JudgeState state, ProbeOutcome outcome, JudgingPolicy policy)
    {
        var held = state.Held.RemoveAll(h => (outcome.At - h.At).TotalSeconds > policy.HeldForSeconds);
        var isRefusal = outcome.Failure is FailureClass.Auth or FailureClass.Permission;
        if (isRefusal)
        {
            CountRefusal(state, outcome);
        }

        if ((isRefusal && !IsExpired(state, outcome.EndpointId, policy)) || FailureClasses.BlameOf(outcome.Failure) == Blame.Network)
        {
            held = held.Add(new(outcome.EndpointId, outcome.OrgId, outcome.Failure, outcome.StartedAt, outcome.At, outcome.Region));
        }

        // The refusals of an expired key would otherwise be set free by its renewal.
        held = held.RemoveAll(h => IsRefusal(h) && IsExpired(state, h.EndpointId, policy));
        state.Held = held.Length > MostHeld ? held.RemoveRange(MostHeld, held.Length - MostHeld) : held;
    }

    private static bool IsRefusal(HeldFailure held) => held.Failure is FailureClass.Auth or FailureClass.Permission;

    private static bool IsExpired(JudgeState state, Guid endpoint, JudgingPolicy policy) =>
        state.Refused.Any(r => r.EndpointId == endpoint && r.InARow >= policy.KeyExpiredAfter);

    private static void CountRefusal(JudgeState state, ProbeOutcome outcome)
    {
        var known = state.Refused.FirstOrDefault(r => r.EndpointId == outcome.EndpointId);
        var others = state.Refused.RemoveAll(r => r.EndpointId == outcome.EndpointId);
        others = others.Length >= MostKeys ? others.Remove(others.MinBy(r => r.At)) : others;
        state.Refused = others.Add(new(outcome.EndpointId, outcome.OrgId, known.InARow + 1, outcome.At));
    }

    /// <summary>The same key works again (or another organisation's was refused meanwhile): the refusals were the provider's.</summary>
    private static void ReleaseRefusals(JudgeState state, ProbeOutcome outcome, List<Fact> facts)
    {
        facts.AddRange(state.Held
            .Where(h => IsRefusal(h) && h.EndpointId == outcome.EndpointId && h.StartedAt < outcome.StartedAt)
            .Select(AsFact));
        state.Held = state.Held.RemoveAll(h => IsRefusal(h) && h.EndpointId == outcome.EndpointId);
        state.Refused = state.Refused.RemoveAll(r => r.EndpointId == outcome.EndpointId);
    }

    private static void SettleNetwork(JudgeState state, ProbeOutcome outcome, Vantage vantage, JudgingPolicy policy, List<Fact> facts)
    {
        if (vantage.IsDown(outcome.At))
        {
            state.Held = state.Held.RemoveAll(h => !IsRefusal(h)); // they were ours
            return;
        }

        bool IsProven(HeldFailure h) => IsRefusal(h)
            ? IsRefusedElsewhere(state, h, policy)
            : vantage.IsProvidersOwn(outcome.Model.Provider, h.StartedAt, outcome.At);
        facts.AddRange(state.Held.Where(IsProven).Select(AsFact));
        state.Held = state.Held.RemoveAll(IsProven);
    }

    /// <summary>Two organisations' keys do not expire in the same minutes.</summary>
    private static bool IsRefusedElsewhere(JudgeState state, HeldFailure held, JudgingPolicy policy) =>
        state.Refused.Any(r => r.OrgId != held.OrgId && Math.Abs((r.At - held.At).TotalSeconds) <= policy.StaleAfterSeconds && r.InARow < policy.KeyExpiredAfter);

    private static Fact AsFact(HeldFailure held) => new(held.Failure, held.StartedAt, held.At, null, null, held.Region, BaseGrid: true);
}
