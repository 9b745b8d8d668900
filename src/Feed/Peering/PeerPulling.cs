using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Feed.Peering;

/// <summary>Which node this is, and when its storage is ready.</summary>
public sealed record PeeringNode(string Name, Task Ready);

/// <summary>Keeps one pull running for every peer this node holds, and ends those whose lease or agreement is no longer the same.</summary>
public sealed partial class PeerPulling(
    PeerStore peers, PeerStands stands, PeerPull pull, HubKeys keys, PeeringNode node, Clocks clocks, IOptions<PeeringOptions> options, ILogger<PeerPulling> logger)
    : BackgroundService
{
    private readonly Dictionary<Guid, Pull> _pulls = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Pull)
        {
            return;
        }

        try
        {
            await node.Ready.WaitAsync(stoppingToken);
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(options.Value.Look, clocks.Real, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await EndAllAsync();
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await keys.AtAsync(cancel); // a key changed on another node signs here too
            var agreed = (await peers.AllAsync(cancel)).Where(p => p.IsPulled).ToDictionary(p => p.Id);
            var held = await stands.ClaimAsync(node.Name, options.Value.Lease, cancel);
            foreach (var (id, running) in _pulls.ToList())
            {
                if (running.Task.IsCompleted || !held.Contains(running.Lease) || agreed.GetValueOrDefault(id)?.Version != running.Version)
                {
                    await EndAsync(id);
                }
            }

            foreach (var lease in held.Where(l => agreed.ContainsKey(l.PeerId) && !_pulls.ContainsKey(l.PeerId)))
            {
                Begin(agreed[lease.PeerId], lease);
            }
        }
        catch (Exception e) when (DatabaseAbsence.IsBehind(e))
        {
            Log.Away(logger, e.Message); // fences keep a node whose lease has run out meanwhile from moving a cursor
        }
    }

    private void Begin(Peer peer, LeasedPeer lease)
    {
        var end = new CancellationTokenSource();
        _pulls[peer.Id] = new Pull(lease, peer.Version, end, PullAsync(peer, lease, end.Token));
    }

    private async Task PullAsync(Peer peer, LeasedPeer lease, CancellationToken cancel)
    {
        try
        {
            await pull.RunAsync(peer, lease, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Log.Ended(logger, peer.Name);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Interrupted(logger, peer.Name, e.Message); // the next look begins it anew: one peer never ends the others' exchange
        }
    }

    private async Task EndAsync(Guid id)
    {
        _pulls.Remove(id, out var running);
        await running!.End.CancelAsync();
        await running.Task;
        running.End.Dispose();
    }

    private async Task EndAllAsync()
    {
        foreach (var id in _pulls.Keys.ToList())
        {
            await EndAsync(id);
        }

        try
        {
            using var limit = new CancellationTokenSource(options.Value.Look, clocks.Real);
            await stands.ReleaseAsync(node.Name, limit.Token);
        }
        catch (Exception e) when (DatabaseAbsence.IsBehind(e) || e is OperationCanceledException)
        {
            Log.Away(logger, e.Message); // the lease runs out by itself
        }
    }

    private sealed record Pull(LeasedPeer Lease, int Version, CancellationTokenSource End, Task Task);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Peers are not looked at: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Debug, "The pull from {Peer} ended")]
        public static partial void Ended(ILogger logger, string peer);

        [LoggerMessage(LogLevel.Warning, "The pull from {Peer} was interrupted: {Reason}")]
        public static partial void Interrupted(ILogger logger, string peer, string reason);
    }
}
