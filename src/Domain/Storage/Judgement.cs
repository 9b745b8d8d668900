using System.Text.Json.Nodes;
using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Storage;

/// <summary>What a batch of evidence came to, before it is committed.</summary>
/// <param name="Before">The verdicts the batch began with.</param>
/// <param name="Gaps">When each model wants its next probe.</param>
/// <param name="Vantage">What this node reaches, the batch included.</param>
public sealed record Judged(
    IReadOnlyList<JudgedModel> Models,
    IReadOnlyDictionary<ModelId, Verdict> Before,
    IReadOnlyDictionary<ModelId, TimeSpan> Gaps,
    Vantage Vantage)
{
    /// <summary>Models whose verdict began anew: another state, or the same one dated otherwise.</summary>
    public IEnumerable<JudgedModel> Moved =>
        Models.Where(m => Before[m.Model].Status != m.Verdict.Status || Before[m.Model].Since != m.Verdict.Since);
}

/// <summary>Puts the pure rules to work on locked rows: folds evidence into verdicts, moves spans and incidents, says what happened.</summary>
public sealed class Judgement(IncidentBook incidents, HubIdentity hub, JudgingPolicy policy)
{
    private Vantage _vantage = Vantage.Empty;

    public JudgingPolicy Policy => policy;

    /// <summary>Folds outcomes (or, where there is none, the mere passing of time) into the locked models.</summary>
    public Judged Fold(IReadOnlyList<JudgedModel> locked, IEnumerable<(ModelId Model, ProbeOutcome? Outcome)> evidence, DateTimeOffset now)
    {
        var models = locked.ToDictionary(m => m.Model);
        var gaps = locked.ToDictionary(m => m.Model, _ => TimeSpan.FromSeconds(policy.CalmGapSeconds));
        var vantage = _vantage;
        foreach (var (id, outcome) in evidence)
        {
            var model = models[id];
            if (outcome is null)
            {
                models[id] = model with { Verdict = Judge.Age(model.State, model.Verdict, now, policy) };
                continue;
            }

            vantage = vantage.Observe(outcome);
            var step = Judge.Observe(model.State, model.Verdict, outcome, vantage, policy);
            models[id] = model with { Verdict = step.Verdict, State = step.State };
            gaps[id] = step.NextGap;
        }

        return new Judged([.. locked.Select(m => models[m.Model])], locked.ToDictionary(m => m.Model, m => m.Verdict), gaps, vantage);
    }

    /// <summary>Takes in what others say of models that are already locked and folded.</summary>
    public Judged Hear(Judged judged, Func<JudgedModel, Heard> heard, DateTimeOffset now) => judged with
    {
        Models = [.. judged.Models.Select(m =>
        {
            var step = Judge.Hear(m.State, m.Verdict, heard(m), now, policy);
            return m with { Verdict = step.Verdict, State = step.State };
        })],
    };

    /// <summary>Moves spans and incidents inside the transaction and returns the events that tell of it, in order.</summary>
    public async Task<List<HubEvent>> TellAsync(NpgsqlTransaction transaction, Judged judged, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var moved in judged.Moved)
        {
            await VerdictStore.MoveSpanAsync(transaction.Connection!, moved.Model, moved.Verdict, cancel);
        }

        // Incidents move first, so that a state is told with the estimate its incident has just been given.
        var told = await incidents.MoveAsync(transaction, judged.Models, hub.Source, now, cancel);
        return [.. await StatusesAsync(transaction.Connection!, judged, now, cancel), .. told];
    }

    /// <summary>Takes what was only proposed as true, once it is committed.</summary>
    public void Committed(Judged judged) => _vantage = judged.Vantage;

    private async Task<IReadOnlyList<HubEvent>> StatusesAsync(NpgsqlConnection connection, Judged judged, DateTimeOffset now, CancellationToken cancel)
    {
        var changed = judged.Moved.Where(m => judged.Before[m.Model].Status != m.Verdict.Status).ToList();
        var troubled = changed.Where(m => m.Verdict.Status.IsTrouble()).Select(m => m.Model).ToList();
        var etas = troubled.Count == 0 ? null : await EstimateStore.StandingAsync(connection, troubled, cancel);
        return changed.ConvertAll(m => StatusChanged(
            m.Model, judged.Before[m.Model], m.Verdict, etas?.TryGetValue(m.Model, out var eta) is true ? IncidentNews.Eta(eta.P50, eta.P80) : null, now));
    }

    private HubEvent StatusChanged(ModelId model, Verdict before, Verdict verdict, JsonObject? eta, DateTimeOffset now) => HubEvent.Public(
        Guid.CreateVersion7(now),
        hub.Source,
        EventTypes.ModelStatus,
        model.Value,
        now,
        new JsonObject
        {
            ["model"] = model.Value,
            ["status"] = verdict.Status.WireName(),
            ["previous"] = before.Status.WireName(),
            ["since"] = verdict.Since,
            ["confidence"] = Math.Round(verdict.Confidence, 4),
            ["evidence"] = new JsonObject
            {
                ["failureShare"] = Math.Round(verdict.FailureShare, 4),
                ["failureShareLow"] = verdict.Scope.ShareLow,
                ["failureShareHigh"] = verdict.Scope.ShareHigh,
                ["slowFactor"] = Math.Round(verdict.SlowFactor, 2),
                ["tokenTimeFactor"] = Math.Round(verdict.Scope.TokenTimeFactor, 2),
                ["onlyIn"] = new JsonArray([.. verdict.Scope.Regions().Select(r => (JsonNode)r)]),
                ["kind"] = verdict.Kind.ToString().ToLowerInvariant(),
                ["dominantFailure"] = verdict.DominantFailure == FailureClass.None ? null : FailureClasses.WireName(verdict.DominantFailure),
                ["lastEvidenceAt"] = verdict.LastEvidenceAt,
                ["unknownBecause"] = verdict.UnknownBecause,
            },
            ["eta"] = eta,
        });
}

/// <summary>Who this hub is: the <c>source</c> of its own events. Known once the first rows are there.</summary>
public sealed class HubIdentity
{
    public string Source { get; private set; } = "urn:statushub:unnamed";

    public void Take(string source) => Source = source;
}
