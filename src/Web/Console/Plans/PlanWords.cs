using StatusHub.Domain.Fallback;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Fallback;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Web.Console.Plans;

/// <summary>Plans and what is advised by them, in plain words.</summary>
internal static class PlanWords
{
    public static string Advice(Advice advice) => advice.Kind switch
    {
        AdviceKind.Stay => "Stay",
        AdviceKind.None => "Nothing to switch to",
        _ when advice.PrimaryShare > 0 => FormattableString.Invariant($"Coming back: {advice.PrimaryShare:P0} to the primary, the rest to {advice.To}"),
        _ => $"Switch to {advice.To}",
    };

    /// <summary>How an alternative stands: its state, and how likely it is up when the primary is not.</summary>
    public static string Chance(Candidate c) =>
        $"{c.Status.WireName().Replace('_', ' ')} · up in {TimeWords.Share(c.UpGivenPrimaryDown)} of the primary's outages";

    /// <summary>What speaks against sending requests there now and is not said of the plan itself; null for nothing.</summary>
    public static string? AgainstNow(Candidate c, FleetState fleet) => !c.MayServe && c.Fits && fleet.Models.ContainsKey(c.Model) ? AdviceWords.Against(c) : null;

    /// <summary>Why a plan was not kept.</summary>
    public static InputError Refused(PlanWritten written) => written switch
    {
        PlanWritten.Taken => new("/primary", "taken", "There is a plan for this model already."),
        PlanWritten.TooMany => new("", "quota", $"An organisation has at most {PlanStore.MaxPlans} plans."),
        _ => new("", "missing", "Somebody has deleted this plan in the meantime."),
    };
}
