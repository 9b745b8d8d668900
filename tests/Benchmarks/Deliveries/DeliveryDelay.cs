using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Scenarios.Deliveries;
using StatusHub.Support;
using StatusHub.Support.Deliveries;

namespace StatusHub.Benchmarks.Deliveries;

/// <summary>How long from an event's commit to the arrival of the first attempt: under a steady stream, and of one event at ten thousand receivers.</summary>
internal static class DeliveryDelay
{
    private const int Steady = 20;
    private const int EventsASecond = 200;
    private const int Seconds = 10;
    private const int Crowd = 10_000;
    private const int CrowdOrganisations = 500;
    private const int MeanwhileASecond = 100; // each is held against ten thousand filters

    private const double IngestGoal = 250;

    private static readonly TimeSpan CrowdAnswers = TimeSpan.FromMilliseconds(200);

    public static async Task<int> SteadyAsync()
    {
        await using var receiver = await Receiver.StartAsync("http://0.0.0.0:0");
        await using var world = await DeliveryWorld.CreateAsync();
        var org = await world.OrganisationAsync();
        for (var i = 0; i < Steady; i++)
        {
            await world.SubscribeAsync(org, $"http://127.0.2.{i + 1}:{receiver.Port}/{i}");
        }

        await world.StartAsync();
        await world.TellAsync();
        await Patience.UntilAsync("all are there", () => Task.FromResult(receiver.Ledger.Count == Steady));
        var accepted = new Dictionary<long, DateTimeOffset>();
        const int AtOnce = 2;
        for (var i = 0; i < EventsASecond * Seconds / AtOnce; i++)
        {
            var next = TimeProvider.System.GetTimestamp();
            var last = await world.TellAsync(AtOnce);
            var now = TimeProvider.System.GetUtcNow();
            (accepted[last - 1], accepted[last]) = (now, now);
            await RestAsync(next, (double)AtOnce / EventsASecond);
        }

        await Patience.UntilAsync("all have come", () => Task.FromResult(receiver.Ledger.Count >= Steady * (accepted.Count + 1)));
        return Report($"{EventsASecond} events/s to {Steady} receivers", [.. receiver.Ledger.Where(r => accepted.ContainsKey(r.Position)).Select(r => (r.At - accepted[r.Position]).TotalMilliseconds)], 50, 250);
    }

    public static async Task<int> CrowdAsync()
    {
        await using var receiver = await Receiver.StartAsync("http://0.0.0.0:0");
        receiver.Answer("/in", async (context, _) =>
        {
            await Task.Delay(CrowdAnswers, TimeProvider.System);
            context.Response.StatusCode = 204;
        });
        await using var world = await DeliveryWorld.CreateAsync();
        await GatherAsync(world, receiver.Port);
        var node = await world.StartAsync();
        await Patience.UntilAsync("all are held", async () => await world.AskAsync<long>("SELECT count(*) FROM deliveries WHERE owner IS NOT NULL") == Crowd, TimeSpan.FromMinutes(1));
        using var process = Process.GetCurrentProcess();
        var memory = process.WorkingSet64;
        using var over = new CancellationTokenSource();
        var ingest = IngestAsync(node.Services.GetRequiredService<EventInbox>(), over.Token);
        await world.TellAsync();
        var accepted = TimeProvider.System.GetUtcNow();
        await Patience.UntilAsync("all have come", () => Task.FromResult(receiver.Ledger.Count >= Crowd), TimeSpan.FromMinutes(3));
        await over.CancelAsync();
        process.Refresh();
        Console.WriteLine($"memory of the process, receivers included: +{(process.WorkingSet64 - memory) / (1 << 20)} MB");
        return Math.Max(
            Report($"one event to {Crowd} receivers that answer after {CrowdAnswers.TotalMilliseconds} ms", [.. receiver.Ledger.Select(r => (r.At - accepted).TotalMilliseconds)], 10_000, 60_000),
            Report("events accepted meanwhile", await ingest, IngestGoal, IngestGoal));
    }

    // What the crowd did not ask for, sent as others send it, one after the other.
    private static async Task<List<double>> IngestAsync(EventInbox inbox, CancellationToken over)
    {
        var took = new List<double>();
        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            var started = TimeProvider.System.GetTimestamp();
            var answer = await inbox.AddAsync(
                [
                    new HubEvent($"meanwhile-{n}", "urn:test", "com.example.said", Subject: null, TimeProvider.System.GetUtcNow(), Guid.Empty, HubEvent.Clear, default)
                    {
                        Envelope = Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"meanwhile-{{n}}","source":"urn:test","type":"com.example.said","tlp":"clear"}"""),
                    },
                ], sameIdIsSame: false);
            took.Add(answer is InboxAnswer.Stored ? TimeProvider.System.GetElapsedTime(started).TotalMilliseconds : double.PositiveInfinity);
            await RestAsync(started, 1.0 / MeanwhileASecond);
        }

        return took;
    }

    /// <summary>Waits for what is left of a turn: the rate is the load that is measured.</summary>
    private static Task RestAsync(long began, double seconds)
    {
        var rest = TimeSpan.FromSeconds(seconds) - TimeProvider.System.GetElapsedTime(began);
        return Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, TimeProvider.System);
    }

    // Each at an address of its own: a host has few connections.
    private static async Task GatherAsync(DeliveryWorld world, int port)
    {
        await world.Storage.RunAsync(
            $"INSERT INTO organisations (id, slug, name, created_at) SELECT gen_random_uuid(), 'crowd-' || n, 'Crowd', now() FROM generate_series(1, {CrowdOrganisations}) n");
        var secrets = Convert.ToHexString(world.Sealed.Seal(Feed.Webhooks.SignatureSecrets.Of(DeliveryWorld.Secret)));
        await world.Storage.RunAsync(
            $$"""
            WITH orgs AS (SELECT id, row_number() OVER () AS n FROM organisations),
            made AS (
              INSERT INTO subscriptions (org_id, id, definition, state, state_at, secrets, created_at, updated_at)
              SELECT o.id, gen_random_uuid(), jsonb_build_object('types', jsonb_build_array('{{EventTypes.ModelStatus}}'), 'sink', format('http://127.%s.%s.%s:{{port}}/in', 10 + i / 40000, i / 200, 1 + i % 200)), 1, now(), '\x{{secrets}}', now(), now()
              FROM generate_series(0, {{Crowd - 1}}) i JOIN orgs o ON o.n = 1 + i % {{CrowdOrganisations}} RETURNING org_id, id)
            INSERT INTO deliveries (subscription_id, org_id, position) SELECT id, org_id, 0 FROM made
            """);
    }

    private static int Report(string what, List<double> millis, double medianGoal, double tailGoal)
    {
        millis.Sort();
        var (median, tail) = (millis[millis.Count / 2], millis[(int)(millis.Count * 0.99)]);
        Console.WriteLine($"{what}: p50 {median:F0} ms (goal {medianGoal:F0}), p99 {tail:F0} ms (goal {tailGoal:F0}), last {millis[^1]:F0} ms");
        return median <= medianGoal && tail <= tailGoal ? 0 : 1;
    }
}
