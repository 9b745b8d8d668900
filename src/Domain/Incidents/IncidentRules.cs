using System.Collections.Immutable;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Incidents;

/// <summary>
/// When an incident opens, grows, quietens and ends, as a pure function of a model's new verdict and the incidents there are. Ask it on every
/// verdict, changed or not: time passing is what resolves.
/// </summary>
public static class IncidentRules
{
    /// <param name="verdict">The model's newest verdict.</param>
    /// <param name="domains">Failure domains the model is declared to belong to.</param>
    /// <param name="incidents">Open incidents, and those resolved within <see cref="IncidentPolicy.MergeWithin"/>.</param>
    /// <param name="newId">Id for the incident, should one open.</param>
    public static IncidentStep Decide(
        ModelId model, Verdict verdict, IReadOnlyList<string> domains, IReadOnlyList<IncidentState> incidents, Guid newId, DateTimeOffset now, IncidentPolicy policy)
    {
        if (incidents.FirstOrDefault(i => i.IsOpen && i.Find(model) is not null) is { } own)
        {
            return Continue(own, model, verdict, now, policy);
        }

        if (!verdict.Status.IsTrouble() || verdict.Phase < JudgedPhase.Confirmed)
        {
            return IncidentStep.Nothing;
        }

        var affected = Affected(model, verdict, [.. domains], null);
        if (incidents.FirstOrDefault(i => i.Find(model) is not null && now - i.ResolvedAt <= policy.MergeWithin) is { } resolved)
        {
            return Reopen(resolved, affected);
        }

        return incidents.FirstOrDefault(i => i.IsOpen && i.Models.Any(m => SharesDomain(m, affected))) is { } shared
            ? Join(shared, affected)
            : Open(affected, incidents, newId);
    }

    /// <summary>Whether two models share a declared failure domain other than their company itself: one company, many causes.</summary>
    public static bool SharesDomain(AffectedModel one, AffectedModel other) =>
        one.Domains.Intersect(other.Domains, StringComparer.Ordinal).Any(d => d != one.Model.Provider && d != other.Model.Provider);

    private static IncidentStep Open(AffectedModel affected, IReadOnlyList<IncidentState> incidents, Guid newId)
    {
        var linked = incidents.Where(i => i.IsOpen && i.Models.Any(m => m.Model.Provider == affected.Model.Provider)).Select(i => i.Id);
        var incident = new IncidentState
        {
            Id = newId,
            Phase = IncidentPhase.Investigating,
            Models = [affected],
        };
        return new(incident, [new IncidentAction.Open(affected.Model, [.. linked])]);
    }

    private static IncidentStep Join(IncidentState incident, AffectedModel affected) => new(
        Failing(incident) with { Models = incident.Models.Add(affected) },
        [new IncidentAction.Join(affected.Model)]);

    private static IncidentStep Reopen(IncidentState incident, AffectedModel affected)
    {
        var before = incident.Find(affected.Model)!;
        var again = affected with { Worst = Worse(before.Worst, affected.Status), Told = Worse(before.Told, affected.Status) };
        return new(
            Failing(incident) with { Models = Replace(incident, again), ResolvedAt = null, Relapses = incident.Relapses + 1 },
            [new IncidentAction.Reopen(affected.Model)]);
    }

    /// <summary>Nobody measures the model any more: an incident must not stay open for ever, waiting for news that cannot come.</summary>
    private static IncidentStep Lose(IncidentState incident, AffectedModel before, DateTimeOffset now)
    {
        var next = incident with { Models = Replace(incident, before with { Status = HealthState.Unknown }), BetterSince = null, WellSince = null };
        return next.Models.All(m => m.IsWell || m.Status == HealthState.Unknown)
            ? new(next with { Phase = IncidentPhase.Resolved, ResolvedAt = now }, [new IncidentAction.GiveUp()])
            : new(next, []);
    }

    private static IncidentStep Continue(IncidentState incident, ModelId model, Verdict verdict, DateTimeOffset now, IncidentPolicy policy)
    {
        var before = incident.Find(model)!;
        if (verdict.Status is HealthState.Unknown or HealthState.UnderMaintenance)
        {
            return verdict.Status == HealthState.Unknown && now - verdict.Since >= policy.LostAfter
                ? Lose(incident, before, now)
                : new(incident with { BetterSince = null, WellSince = null }, []); // not known to be well
        }

        var after = WithFailure(Affected(model, verdict, before.Domains, before), before, now, policy);
        var next = incident with { Models = Replace(incident, after) };
        var actions = ImmutableArray.CreateBuilder<IncidentAction>();
        next = IsBack(after, incident) ? Relapse(next, after, actions) : Changed(next, before, after, actions);
        next = Escalated(next, after, verdict.FailureShare, now, policy, actions);
        next = Quietened(next, now, policy, actions);
        return new(next, actions.ToImmutable());
    }

    /// <summary>
    /// All seemed well or nearly so, and it is an outage again. Something milder is what "monitoring" means: the last few per cent come and go.
    /// </summary>
    private static bool IsBack(AffectedModel after, IncidentState incident) =>
        incident.Phase == IncidentPhase.Monitoring && after.Status >= HealthState.PartialOutage && !after.IsRecovering;

    /// <summary>The first relapse is told, and one after "recovering" was told; more of them are what the first one warned of.</summary>
    private static IncidentState Relapse(IncidentState incident, AffectedModel after, ImmutableArray<IncidentAction>.Builder actions)
    {
        var times = incident.Relapses + 1;
        actions.Add(new IncidentAction.Relapse(after.Model, times, Tell: times == 1 || incident.HopeTold));
        return Failing(incident) with { Relapses = times };
    }

    private static IncidentState Changed(IncidentState incident, AffectedModel before, AffectedModel after, ImmutableArray<IncidentAction>.Builder actions)
    {
        if (after.Status != before.Status)
        {
            actions.Add(new IncidentAction.Update(after.Model, before.Status, after.Status, Tell: false));
        }

        if (after.Failure != before.Failure)
        {
            actions.Add(new IncidentAction.FailureChanged(after.Model, before.Failure, after.Failure));
        }

        return incident;
    }

    /// <summary>Keeps the failure last written down until another has been the commonest for a while.</summary>
    private static AffectedModel WithFailure(AffectedModel after, AffectedModel before, DateTimeOffset now, IncidentPolicy policy)
    {
        if (after.Failure == before.Failure)
        {
            return after with { OtherFailureSince = null };
        }

        var since = before.OtherFailureSince ?? now;
        return now - since >= policy.OtherFailureAfter
            ? after with { OtherFailureSince = null }
            : after with { Failure = before.Failure, Kind = before.Kind, OtherFailureSince = since };
    }

    /// <summary>
    /// A model is worse than anybody was told of it, and it stays: now they are told. Unless the share failing is no larger than the one they
    /// were told: the first estimate was high, and "worse" beside a smaller number is no news.
    /// </summary>
    private static IncidentState Escalated(
        IncidentState incident, AffectedModel after, double share, DateTimeOffset now, IncidentPolicy policy, ImmutableArray<IncidentAction>.Builder actions)
    {
        var since = after.Status > after.Told ? after.WorseSince ?? now : (DateTimeOffset?)null;
        var isMore = share >= Math.Min(after.ToldShare * policy.WorseByFactor, Math.Max(after.ToldShare, policy.WorseAnyway));
        if (!(now - since >= policy.WorseAfter) || !isMore)
        {
            return incident with { Models = Replace(incident, after with { WorseSince = since }) };
        }

        actions.Add(new IncidentAction.Update(after.Model, after.Told, after.Status, Tell: true));
        return incident with { Models = Replace(incident, after with { Told = after.Status, ToldShare = share, WorseSince = null }) };
    }

    /// <summary>Recovering long enough: monitoring. Well long enough: resolved, all models together.</summary>
    private static IncidentState Quietened(IncidentState incident, DateTimeOffset now, IncidentPolicy policy, ImmutableArray<IncidentAction>.Builder actions)
    {
        var isWell = incident.Models.All(m => m.IsWell);
        var isBetter = incident.Models.All(m => m.IsRecovering || m.Status == HealthState.Operational);
        var next = incident with
        {
            WellSince = isWell ? incident.WellSince ?? now : null,
            BetterSince = isBetter ? incident.BetterSince ?? now : null,
        };
        if (now - next.WellSince >= policy.After(policy.Quiet, next.Relapses))
        {
            actions.Add(new IncidentAction.Resolve());
            return next with { Phase = IncidentPhase.Resolved, ResolvedAt = now };
        }

        var isDue = next.Phase < IncidentPhase.Monitoring && (isWell || now - next.BetterSince >= policy.After(policy.MonitoringAfter, next.Relapses));
        if (isDue)
        {
            actions.Add(new IncidentAction.Monitoring(Tell: !isWell));
        }

        return isDue ? next with { Phase = IncidentPhase.Monitoring, HopeTold = !isWell } : next;
    }

    private static IncidentState Failing(IncidentState incident) => incident with
    {
        Phase = incident.Phase >= IncidentPhase.Monitoring ? IncidentPhase.Investigating : incident.Phase,
        BetterSince = null,
        WellSince = null,
        HopeTold = false,
    };

    private static AffectedModel Affected(ModelId model, Verdict verdict, ImmutableArray<string> domains, AffectedModel? before) => new(
        model,
        domains,
        verdict.Status,
        Worse(before?.Worst ?? verdict.Status, verdict.Status),
        verdict.Status.IsTrouble() ? verdict.DominantFailure : before?.Failure ?? verdict.DominantFailure,
        verdict.Status.IsTrouble() ? verdict.Kind : before?.Kind ?? verdict.Kind,
        before?.StartedAt ?? verdict.TroubleSince ?? verdict.Since,
        verdict.Phase == JudgedPhase.Recovering,
        verdict.Phase == JudgedPhase.Suspected,
        before?.Told ?? verdict.Status,
        before?.ToldShare ?? verdict.FailureShare,
        before?.WorseSince,
        before?.OtherFailureSince);

    private static ImmutableArray<AffectedModel> Replace(IncidentState incident, AffectedModel affected) =>
        [.. incident.Models.Select(m => m.Model == affected.Model ? affected : m)];

    private static HealthState Worse(HealthState one, HealthState other) => one >= other ? one : other;
}
