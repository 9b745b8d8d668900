using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Support;

namespace StatusHub.Scenarios.Storage;

/// <summary>Every endpoint is probed by one node at a time, and by another soon after its node falls silent.</summary>
public sealed class EndpointsAreLeased
{
    private const int Endpoints = 60;
    private const int EachLook = 7;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Nodes_that_claim_at_once_share_without_overlap()
    {
        await using var storage = await PreparedAsync();
        var leases = new EndpointLeases(storage.Database);
        string[] nodes = ["a", "b", "c", "d"];
        for (var look = 0; look < 4; look++)
        {
            await Task.WhenAll(nodes.Select(n => leases.ClaimAsync(n, Long, EachLook, CancellationToken.None)));
        }

        var held = await Task.WhenAll(nodes.Select(n => leases.ClaimAsync(n, Long, EachLook, CancellationToken.None)));
        Assert.Equal(Endpoints, held.Sum(h => h.Count));
        Assert.Equal(Endpoints, held.SelectMany(h => h).Select(l => l.EndpointId).Distinct().Count());
        Assert.All(held, h => Assert.NotEmpty(h));
    }

    [Fact]
    public async Task A_silent_nodes_endpoints_are_taken_over_under_a_higher_fence()
    {
        await using var storage = await PreparedAsync();
        var leases = new EndpointLeases(storage.Database);
        var lost = await leases.ClaimAsync("silent", Short, Endpoints, CancellationToken.None);
        Assert.Equal(Endpoints, lost.Count);

        var taken = await Patience.UntilAsync(
            "the other node holds everything", () => leases.ClaimAsync("other", Long, Endpoints, CancellationToken.None), held => held.Count == Endpoints);

        var fences = lost.ToDictionary(l => l.EndpointId, l => l.Fence);
        Assert.All(taken, l => Assert.True(l.Fence > fences[l.EndpointId]));
        Assert.Empty(await leases.ClaimAsync("silent", Long, Endpoints, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_keeps_renewing_keeps_its_endpoints_and_their_fences()
    {
        await using var storage = await PreparedAsync();
        var leases = new EndpointLeases(storage.Database);
        var first = await leases.ClaimAsync("a", Long, Endpoints, CancellationToken.None);
        var again = await leases.ClaimAsync("a", Long, Endpoints, CancellationToken.None);
        Assert.Equal(first.OrderBy(l => l.EndpointId), again.OrderBy(l => l.EndpointId));
        Assert.Empty(await leases.ClaimAsync("b", Long, Endpoints, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_stops_lets_go_at_once()
    {
        await using var storage = await PreparedAsync();
        var leases = new EndpointLeases(storage.Database);
        await leases.ClaimAsync("stopping", Long, Endpoints, CancellationToken.None);
        await leases.ReleaseAsync("stopping", CancellationToken.None);
        Assert.Equal(Endpoints, (await leases.ClaimAsync("other", Long, Endpoints, CancellationToken.None)).Count);
    }

    private static async Task<HubStorage> PreparedAsync()
    {
        var storage = await HubStorage.CreateAsync();
        var model = ModelId.Parse("acme/one");
        await storage.AddModelsAsync(model);
        await storage.AddEndpointsAsync(model, Endpoints);
        return storage;
    }
}
