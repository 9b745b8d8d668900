using System.Collections.Concurrent;
using Npgsql;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Results of remote agents as ordinary outcomes. Each agent's place has a vantage of its own: whose network is down is judged where the probe stood.
/// </summary>
public sealed class RemoteProbes(IncidentBook incidents, HubIdentity hub, JudgingPolicy policy)
{
    /// <summary>Places whose vantage is remembered; those above share one.</summary>
    private const int MaxPlaces = 10_000;

    /// <summary>How long an agent may keep results while it is cut off; older ones are no longer taken.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Later than this after it was seen, a result is kept and counted but judges nothing: what is known now is newer.</summary>
    private static readonly TimeSpan JudgedWithin = TimeSpan.FromMinutes(5);

    /// <summary>What began longer before it ended was dated by a clock that was put right meanwhile.</summary>
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(Guid OrgId, string Region), Judgement> _places = new();

    internal async Task<RemoteBatch> OfAsync(NpgsqlConnection connection, IEnumerable<HeardFact> facts, DateTimeOffset now, CancellationToken cancel)
    {
        var probed = facts.Where(f => f.Fact is OutsideFact.Probed && !f.IsPassedOn).Select(f => (Heard: f, Fact: (OutsideFact.Probed)f.Fact))
            .Where(p => p.Fact.Outcome.At <= p.Heard.HeardAt + JudgedWithin && p.Fact.Outcome.At > now - Kept && p.Fact.Outcome.At - p.Fact.Outcome.StartedAt <= LongestProbe)
            .ToList();
        if (probed.Count == 0)
        {
            return new RemoteBatch(this, [], now);
        }

        var endpoints = await EndpointsAsync(connection, probed.Select(p => p.Fact.Outcome.EndpointId), cancel);
        var outcomes = new List<ProbeOutcome>();
        foreach (var (heard, fact) in probed)
        {
            var outcome = fact.Outcome;
            if (endpoints.TryGetValue(outcome.EndpointId, out var endpoint) && endpoint.OrgId == heard.OrgId && endpoint.Model == outcome.Model)
            {
                outcomes.Add(outcome with
                {
                    Id = Guid.CreateVersion7(outcome.At),
                    OrgId = heard.OrgId,
                    Region = fact.Region ?? endpoint.Region,
                    StartedAt = Earlier(outcome.StartedAt, now),
                    At = Earlier(outcome.At, now),
                });
            }
        }

        return new RemoteBatch(this, [.. outcomes.OrderBy(o => o.At)], now);
    }

    internal static bool IsJudged(ProbeOutcome outcome, DateTimeOffset now) => now - outcome.At <= JudgedWithin;

    internal Judgement At(Guid orgId, string region)
    {
        var place = _places.Count < MaxPlaces || _places.ContainsKey((orgId, region)) ? (orgId, region) : (Guid.Empty, "");
        return _places.GetOrAdd(place, _ => new Judgement(incidents, hub, policy));
    }

    private static async Task<Dictionary<Guid, (Guid OrgId, ModelId Model, string Region)>> EndpointsAsync(
        NpgsqlConnection connection, IEnumerable<Guid> ids, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT id, org_id, model, region FROM endpoints WHERE id = ANY($1)", connection);
        command.Parameters.Add(new() { Value = ids.Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var endpoints = new Dictionary<Guid, (Guid, ModelId, string)>();
        while (await reader.ReadAsync(cancel))
        {
            endpoints[reader.GetGuid(0)] = (reader.GetGuid(1), ModelId.Parse(reader.GetString(2)), reader.GetString(3));
        }

        return endpoints;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

/// <summary>The remote outcomes of one transaction, oldest first.</summary>
internal sealed class RemoteBatch(RemoteProbes remote, IReadOnlyList<ProbeOutcome> outcomes, DateTimeOffset batchAt)
{
    public IReadOnlyList<ProbeOutcome> Outcomes => outcomes;

    /// <summary>Keeps them, and folds in those that are news.</summary>
    public async Task<Judged> JudgeAsync(NpgsqlConnection connection, IReadOnlyList<JudgedModel> locked, DateTimeOffset now, CancellationToken cancel)
    {
        if (outcomes.Count > 0)
        {
            await ObservationStore.CopyAsync(connection, outcomes, cancel);
            await RollupStore.MergeAsync(connection, Rollup.Fold(outcomes), cancel);
        }

        var models = locked;
        foreach (var outcome in outcomes.Where(o => RemoteProbes.IsJudged(o, batchAt)))
        {
            var place = remote.At(outcome.OrgId, outcome.Region);
            var judged = place.Fold(models, [(outcome.Model, outcome)], now);
            place.Committed(judged); // what a place reaches is remembered, not stored: after a failed commit it is seen again
            models = judged.Models;
        }

        return new Judged(models, locked.ToDictionary(m => m.Model, m => m.Verdict), new Dictionary<ModelId, TimeSpan>(), Vantage.Empty);
    }
}
