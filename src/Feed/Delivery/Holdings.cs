using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Subscriptions;

namespace StatusHub.Feed.Delivery;

/// <summary>What the engine holds, and what became of it at one look.</summary>
/// <param name="Gone">To be dropped: somebody else's, changed, or stopped. What is changed comes back at the next look.</param>
internal sealed record HoldingsChange(IReadOnlyList<Lane> Come, IReadOnlyList<Lane> Gone);

/// <summary>Keeps the node's lease and its fair share of the subscriptions, and reads what it holds.</summary>
internal sealed partial class Holdings(
    DeliveryLeases leases,
    BookKeeping book,
    DeliveryNotices notices,
    SealedSecrets secrets,
    Readers readers,
    DeliveryOwner owner,
    NodeLease lease,
    Clocks clocks,
    IOptions<DeliveryOptions> options,
    ILogger<Holdings> logger)
{
    private readonly Dictionary<Guid, int> _unreadable = []; // by version: another one may be readable
    private readonly Dictionary<Guid, Allowance> _allowances = []; // they outlive their lanes: reading a row again gives a receiver no more
    private readonly HashSet<Guid> _releasing = [];
    private long? _renewedAt;
    private long? _sharedAt;

    /// <summary>Renews the lease when it is time. At the first renewal what another process of this name held becomes free.</summary>
    public async Task RenewAsync(CancellationToken cancel)
    {
        var asked = clocks.Real.GetTimestamp();
        if (_renewedAt is { } at && clocks.Real.GetElapsedTime(at, asked) < TimeSpan.FromMilliseconds(options.Value.RenewMilliseconds))
        {
            return;
        }

        if (_renewedAt is null)
        {
            await leases.SucceedAsync(owner.Name, cancel);
        }

        await leases.RenewAsync(owner.Name, options.Value.Lease, cancel);
        lease.Renewed(asked);
        _renewedAt = asked;
    }

    /// <summary>Compares what the table says with what the engine has.</summary>
    /// <param name="lanes">Everything the engine has, running or not.</param>
    public async Task<HoldingsChange> LookAsync(IReadOnlyDictionary<Guid, Lane> lanes, CancellationToken cancel)
    {
        var surplus = await ShareAsync(lanes, cancel);
        var held = (await leases.HeldAsync(owner.Name, cancel)).ToDictionary(h => h.SubscriptionId);
        await LetGoAsync([.. held.Values.Where(IsUnreadable).Select(h => h.SubscriptionId)], cancel);
        var gone = lanes.Values.Where(l => !held.TryGetValue(l.Id, out var h) || h.Fence != l.Fence || h.Version != l.Version).Union(surplus).ToList();
        var missing = held.Values.Where(h => !lanes.ContainsKey(h.SubscriptionId) && !_releasing.Contains(h.SubscriptionId) && !IsUnreadable(h))
            .Select(h => h.SubscriptionId).ToList();
        var come = new List<Lane>();
        if (missing.Count > 0)
        {
            foreach (var read in await leases.ReadAsync(owner.Name, missing, cancel))
            {
                if (await LaneOfAsync(read, cancel) is { } lane)
                {
                    come.Add(lane);
                }
            }
        }

        return new HoldingsChange(come, gone);
    }

    public Task LeaveAsync(CancellationToken cancel) => leases.LeaveAsync(owner.Name, cancel);

    /// <summary>Takes what is free up to the node's share; what is beyond it is dropped first, those at rest before others, and let go of once it is gone.</summary>
    /// <returns>What is to be dropped.</returns>
    private async Task<IReadOnlyList<Lane>> ShareAsync(IReadOnlyDictionary<Guid, Lane> lanes, CancellationToken cancel)
    {
        var gone = _releasing.Where(id => !lanes.ContainsKey(id)).ToList();
        await LetGoAsync(gone, cancel);
        _releasing.ExceptWith(gone);

        var share = await leases.ShareAsync(cancel);
        var fair = Math.Min(options.Value.MaxHeld, (share.Subscriptions + Math.Max(1, share.Nodes) - 1) / Math.Max(1, share.Nodes));
        var kept = lanes.Values.Where(l => !_releasing.Contains(l.Id)).ToList();
        if (kept.Count < fair)
        {
            await leases.ClaimAsync(owner.Name, Math.Min(options.Value.ClaimAtOnce, fair - kept.Count), _unreadable, cancel);
        }

        if (_sharedAt is not { } at || clocks.Real.GetElapsedTime(at) >= TimeSpan.FromMilliseconds(options.Value.RenewMilliseconds))
        {
            await RefreshReadersAsync(lanes.Values, cancel);
            ForgetAllowances(lanes);
            _sharedAt = clocks.Real.GetTimestamp();
        }

        var surplus = kept.OrderBy(l => l.State).Take(Math.Max(0, kept.Count - fair)).ToList();
        _releasing.UnionWith(surplus.Select(l => l.Id));
        return surplus;
    }

    // Who answers for a provider changes seldom, and must be noticed without a restart.
    private async Task RefreshReadersAsync(IEnumerable<Lane> lanes, CancellationToken cancel)
    {
        foreach (var ofOne in lanes.GroupBy(l => l.OrgId))
        {
            var reader = await readers.OfAsync(ofOne.Key, cancel);
            foreach (var lane in ofOne)
            {
                lane.Reader = reader;
            }
        }
    }

    private async Task<Lane?> LaneOfAsync(HeldSubscription held, CancellationToken cancel)
    {
        var subscription = held.Subscription;
        if (secrets.Open(subscription.Secrets) is not { } opened)
        {
            await DisableAsync(held, "Its signing secret cannot be read any more: rotate it, then enable the subscription again.", cancel);
            return null;
        }

        try
        {
            var definition = SubscriptionDefinition.Read(subscription.Definition);
            var to = new Addressee(definition, opened, secrets.OpenCredential(subscription.Credential));
            return new Lane(held, to, await readers.OfAsync(subscription.OrgId, cancel), AllowanceOf(subscription));
        }
        catch (FormatException e)
        {
            // Another node may know more than this one, so it is let go of, not disabled; it is looked at again when it changes.
            Log.Unreadable(logger, subscription.Id, e.Message);
            _unreadable[subscription.Id] = subscription.Version;
            return null;
        }
    }

    private bool IsUnreadable(Holding held) => _unreadable.TryGetValue(held.SubscriptionId, out var version) && version == held.Version;

    private async Task LetGoAsync(List<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count > 0)
        {
            await leases.ReleaseAsync(owner.Name, ids, cancel);
        }
    }

    private Allowance? AllowanceOf(Subscription subscription)
    {
        if (subscription.AllowedRate is not { } rate)
        {
            return null;
        }

        var perMinute = Math.Max(1, rate);
        if (!_allowances.TryGetValue(subscription.Id, out var known) || known.PerMinute != perMinute)
        {
            _allowances[subscription.Id] = known = new Allowance(perMinute);
        }

        return known;
    }

    private void ForgetAllowances(IReadOnlyDictionary<Guid, Lane> lanes)
    {
        var now = clocks.Real.GetElapsedTime(0);
        foreach (var (id, _) in _allowances.Where(a => !lanes.ContainsKey(a.Key) && a.Value.IsFull(now)).ToList())
        {
            _allowances.Remove(id);
        }
    }

    private async Task DisableAsync(HeldSubscription held, string because, CancellationToken cancel)
    {
        var now = clocks.Now;
        await book.WriteAsync(
            new DeliveryEntry(held.Subscription.OrgId, held.Subscription.Id, held.Fence, held.Stand)
            {
                Stopping = new Stopping(SubscriptionState.Disabled, because, now),
                Notice = notices.Of(held.Subscription.OrgId, held.Subscription.Id, "disabled", because, null, now),
            }, cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The definition of subscription {Subscription} cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger logger, Guid subscription, string reason);
    }
}
