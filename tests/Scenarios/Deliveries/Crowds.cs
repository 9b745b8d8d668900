using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StatusHub.Domain.Events;
using StatusHub.Feed.Webhooks;
using StatusHub.Support;
using StatusHub.Support.Deliveries;

namespace StatusHub.Scenarios.Deliveries;

/// <summary>Many receivers at once, of whom some are a burden: the limits are kept over all organisations, and the others are served meanwhile.</summary>
public sealed class Crowds(ITestOutputHelper output)
{
    private const int Organisations = 10;
    private const int EachSlow = 30; // together more than the quick places there are
    private const int Quick = 20;

    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(10);

    /// <summary>F-47: 1,000 endpoints that answer in 14 s, scaled down to what still fills every quick place.</summary>
    [Fact]
    public async Task Hundreds_of_receivers_that_hang_keep_nobody_else_waiting()
    {
        await using var receiver = await Receiver.StartAsync("http://0.0.0.0:0");
        var released = new TaskCompletionSource();
        await using var world = await DeliveryWorld.CreateAsync();
        for (var o = 0; o < Organisations; o++)
        {
            var org = await world.OrganisationAsync($"slow-{o}");
            for (var i = 0; i < EachSlow; i++)
            {
                var path = $"/slow/{o}/{i}";
                receiver.Answer(path, (_, _) => released.Task);
                await world.SubscribeAsync(org, $"http://127.0.{o + 1}.{i + 1}:{receiver.Port}{path}");
            }
        }

        var others = await world.OrganisationAsync("others");
        for (var i = 0; i < Quick; i++)
        {
            await world.SubscribeAsync(others, $"http://127.0.99.{i + 1}:{receiver.Port}/quick");
        }

        await world.StartAsync();
        var told = TimeProvider.System.GetUtcNow();
        await world.TellAsync();
        await Patience.UntilAsync("the quick ones have it", () => Task.FromResult(receiver.At("/quick").Count == Quick), InTime);
        var slowest = receiver.At("/quick").Max(r => r.At - told);
        var hanging = receiver.UnderWay;
        released.SetResult();

        output.WriteLine($"The last of {Quick} quick ones had it after {slowest.TotalMilliseconds:0} ms, while {hanging} hung.");
        Assert.True(hanging > 0, "Nobody hung.");
    }

    /// <summary>S-20: one host registered again and again, by one or many organisations.</summary>
    [Fact]
    public async Task One_host_is_never_called_more_often_at_a_time_than_it_may_be_whoever_registered_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await DeliveryWorld.CreateAsync();
        var most = 0;
        var released = new TaskCompletionSource();
        receiver.Answer("/same", async (context, _) =>
        {
            InterlockedMax(ref most, receiver.UnderWay);
            await released.Task.WaitAsync(context.RequestAborted);
        });
        for (var o = 0; o < Organisations; o++)
        {
            var org = await world.OrganisationAsync($"org-{o}");
            for (var i = 0; i < 10; i++)
            {
                await world.SubscribeAsync(org, receiver.Address + "/same");
            }
        }

        await world.StartAsync();
        await world.TellAsync();
        var perHost = new GuardOptions().MaxConnectionsPerHost;
        await Patience.UntilAsync("as many are called as may be", () => Task.FromResult(receiver.UnderWay == perHost));
        released.SetResult();
        await Patience.UntilAsync("all have it", () => Task.FromResult(receiver.At("/same").Count == Organisations * 10));

        Assert.Equal(perHost, most);
    }

    /// <summary>F-50: incidents in a burst, for receivers that asked for batches.</summary>
    [Fact]
    public async Task A_burst_of_incidents_comes_in_few_requests_and_in_order_to_whoever_asked_for_batches()
    {
        const int Incidents = 20;
        const int Receivers = 50;
        await using var receiver = await Receiver.StartAsync("http://0.0.0.0:0");
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        var got = new ConcurrentDictionary<string, ConcurrentQueue<int>>(StringComparer.Ordinal);
        var allTold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); // until then every receiver takes its time (F-48)
        for (var i = 0; i < Receivers; i++)
        {
            var path = $"/batch/{i}";
            var batch = new JsonObject { ["config"] = new JsonObject { ["mode"] = "batch", ["maxbatchsize"] = Incidents } };
            receiver.Answer(path, (context, received) => TakeAsync(context, received, got.GetOrAdd(path, _ => new()), allTold.Task));
            await world.SubscribeAsync(org, $"http://127.0.7.{i + 1}:{receiver.Port}{path}", batch);
        }

        await world.StartAsync();
        for (var i = 0; i < Incidents; i++)
        {
            await world.TellAsync(1, EventTypes.Incident, $"acme/model-{i}");
        }

        allTold.SetResult();
        var start = TimeProvider.System.GetTimestamp();
        await Patience.UntilAsync("all have all", () => Task.FromResult(got.Count == Receivers && got.Values.All(q => q.Count >= Incidents)));
        output.WriteLine($"{receiver.Ledger.Count} requests for {Receivers * Incidents} deliveries; the last {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms after the last incident.");
        Assert.All(got.Values, q => Assert.Equal(Enumerable.Range(0, Incidents), q));
        Assert.True(receiver.Ledger.Count < Receivers * Incidents / 2, $"{receiver.Ledger.Count} requests are no fewer.");
    }

    private static async Task TakeAsync(HttpContext context, Received received, ConcurrentQueue<int> got, Task mayAnswer)
    {
        foreach (var e in JsonSerializer.Deserialize<JsonElement>(received.Body).EnumerateArray())
        {
            got.Enqueue(int.Parse(e.GetProperty("subject").GetString()!["acme/model-".Length..]));
        }

        await mayAnswer.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = 204;
    }

    private static void InterlockedMax(ref int most, int seen)
    {
        for (var known = Volatile.Read(ref most); seen > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, seen, known);
        }
    }
}
