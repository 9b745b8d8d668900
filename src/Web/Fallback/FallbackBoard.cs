using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.SharedFate;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Public;
using StatusHub.Web.Start;

namespace StatusHub.Web.Fallback;

/// <summary>Advice on one primary, with all that could be used instead.</summary>
/// <param name="Ranked">Best first.</param>
/// <param name="Plan">The organisation's own; null for none.</param>
public sealed record Advised(ModelId Primary, Advice Advice, IReadOnlyList<Candidate> Ranked, FallbackPlan? Plan, FleetState Fleet);

/// <summary>
/// Answers "what instead?" from this node's memory: plans, declared capabilities and standing advice are read again whenever the log moves
/// by what the hub knows, and every few seconds besides. Without the database it goes on with what it last read.
/// </summary>
public sealed partial class FallbackBoard(
    CurrentView current, FateBook fates, PlanStore plans, AdviceBook book, LogTail tail, HubStart start, Clocks clocks,
    IOptions<FallbackOptions> options, ILogger<FallbackBoard> logger) : BackgroundService
{
    // Gateways ask the same few questions over and over; whoever asks ever new ones is answered without being remembered.
    private const int MostRemembered = 4_096;

    private Held _held = new(new Dictionary<AdviceKey, Advice>(), new Dictionary<AdviceKey, FallbackPlan>(), new Dictionary<ModelId, Capabilities>());
    private Standing? _standing;

    /// <summary>How every model stands, as of the current view.</summary>
    public FleetState Fleet => Present.Fleet;

    private Standing Present
    {
        get
        {
            var (view, map, held) = (current.Value, fates.Current, Volatile.Read(ref _held));
            if (Volatile.Read(ref _standing) is { } known && ReferenceEquals(known.View, view) && ReferenceEquals(known.Fates, map) && ReferenceEquals(known.Held, held))
            {
                return known;
            }

            var fleet = new FleetState(view.Models.ToDictionary(m => m.Id, m => m.Verdict), map, held.Capabilities);
            var standing = new Standing(view, map, held, fleet);
            Volatile.Write(ref _standing, standing);
            return standing;
        }
    }

    /// <summary>What to do now about a primary; null for a model nobody measures.</summary>
    /// <param name="needs">What an alternative must be able to do, besides what a plan asks.</param>
    /// <param name="orgId">Whose plan holds; null for everybody's advice.</param>
    public Advised? Advise(ModelId primary, Requirements needs, Guid? orgId)
    {
        var present = Present;
        var (fleet, held) = (present.Fleet, present.Held);
        if (!fleet.Models.TryGetValue(primary, out var verdict))
        {
            return null;
        }

        var plan = orgId is null ? null : held.Plans.GetValueOrDefault(new(orgId, primary));
        var key = new AdviceKey(plan?.OrgId, primary);
        var (candidates, ranked) = present.Known.TryGetValue((key, needs.Text), out var known) ? known : Weigh(present, key, plan, needs);
        return new(primary, AdviceRule.Decide(verdict, candidates, held.Advice.GetValueOrDefault(key), clocks.Now, AdvicePolicy.Default), ranked, plan, fleet);
    }

    private static (IReadOnlyList<Candidate> InOrder, IReadOnlyList<Candidate> Ranked) Weigh(Standing present, AdviceKey key, FallbackPlan? plan, Requirements needs)
    {
        var candidates = plan is null ? Candidates.Of(key.Primary, needs, present.Fleet) : Candidates.Of(plan, needs, present.Fleet);
        var weighed = (candidates, AdviceRule.Rank(candidates));
        if (present.Known.Count < MostRemembered)
        {
            present.Known[(key, needs.Text)] = weighed;
        }

        return weighed;
    }

    /// <summary>Everything that is advised now, on each measured model and for each plan, beside what stands: what differs is to be written.</summary>
    public IReadOnlyList<AdviceChange> Changes(IReadOnlyDictionary<AdviceKey, Advice> standing)
    {
        var (fleet, held) = (Fleet, Volatile.Read(ref _held));
        var changes = new List<AdviceChange>();
        foreach (var key in fleet.Models.Keys.Select(m => new AdviceKey(null, m)).Concat(held.Plans.Keys.Where(k => fleet.Models.ContainsKey(k.Primary))))
        {
            var candidates = held.Plans.TryGetValue(key, out var plan) ? Candidates.Of(plan, Requirements.None, fleet) : Candidates.Of(key.Primary, Requirements.None, fleet);
            var before = standing.GetValueOrDefault(key);
            var advice = AdviceRule.Decide(fleet.Models[key.Primary], candidates, before, clocks.Now, AdvicePolicy.Default);
            if (advice != before && !(advice.Kind == AdviceKind.Stay && before is null))
            {
                changes.Add(new(key, advice, AdviceWords.Reason(key.Primary, advice, candidates, fleet)));
            }
        }

        return [.. changes, .. Orphans(standing, fleet, held)];
    }

    /// <summary>Reads anew at once: after a change made on this node.</summary>
    public async Task ReadAsync(CancellationToken cancel) => Volatile.Write(ref _held, new Held(
        await book.ReadAsync(cancel),
        (await plans.AllAsync(cancel)).ToDictionary(p => new AdviceKey(p.OrgId, p.Primary)),
        await plans.CapabilitiesAsync(cancel)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await start.Done.WaitAsync(stoppingToken);
            while (true)
            {
                var seen = tail.Position;
                await TryReadAsync(stoppingToken);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(tail.WhenKnownBeyondAsync(seen), Task.Delay(TimeSpan.FromSeconds(options.Value.ReadSeconds), clocks.Real, limit.Token));
                await limit.CancelAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(options.Value.GatherMilliseconds), clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    // Advice for a plan that is gone, or on a model nobody measures any more, ends.
    private static IEnumerable<AdviceChange> Orphans(IReadOnlyDictionary<AdviceKey, Advice> standing, FleetState fleet, Held held) => standing.Keys
        .Where(k => !fleet.Models.ContainsKey(k.Primary) || (k.OrgId is not null && !held.Plans.ContainsKey(k)))
        .Select(k => new AdviceChange(k, new Advice(AdviceKind.Stay, 1, null, default), "There is nothing to advise on any more."));

    private async Task TryReadAsync(CancellationToken cancel)
    {
        try
        {
            await ReadAsync(cancel);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            Log.Away(logger, e.Message);
        }
    }

    private sealed record Held(
        IReadOnlyDictionary<AdviceKey, Advice> Advice, IReadOnlyDictionary<AdviceKey, FallbackPlan> Plans, IReadOnlyDictionary<ModelId, Capabilities> Capabilities);

    /// <summary>What the fleet was last put together from, and what was asked about it since.</summary>
    private sealed record Standing(HubView View, FateMap Fates, Held Held, FleetState Fleet)
    {
        /// <summary>Candidates in the plan's order and ranked, by primary and what is asked of them.</summary>
        public ConcurrentDictionary<(AdviceKey Key, string Needs), (IReadOnlyList<Candidate> InOrder, IReadOnlyList<Candidate> Ranked)> Known { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Fallback plans cannot be read; what was read before holds: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
