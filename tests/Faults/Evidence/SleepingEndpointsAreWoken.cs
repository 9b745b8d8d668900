using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using StatusHub.Support;

namespace StatusHub.Faults.Evidence;

/// <summary>An endpoint that is probed once an hour is probed at once when the provider says its model fails.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class SleepingEndpointsAreWoken
{
    private const string Opus = "anthropic/claude-opus-4-8";
    private const string Probes = $"SELECT count(*) FROM observations WHERE model_id = '{Opus}'";

    [Fact]
    public async Task A_suspicion_from_outside_has_the_models_endpoints_probed_now()
    {
        using var folder = new TemporaryFolder();
        await using var database = await TestDatabase.CreateAsync();
        await using var simulator = await SimulatorProcess.StartAsync();
        await using var hub = HubProcess.Start(
            database.ConnectionString, folder.Path, simulator.Address, clock: null, new KeyValuePair<string, string?>("STATUSHUB_OPERATOR_KEY", Signals.Key));
        await hub.IsReadyAsync();
        await Patience.UntilAsync("the model is known to be well", async () => await AskAsync(
            database, $"SELECT count(*) FROM verdicts WHERE model_id = '{Opus}' AND status = 1") == 1);
        await AskAsync(database, "UPDATE endpoints SET interval_seconds = 3600 RETURNING 1");
        var asleep = await AsleepAsync(database);

        await AskAsync(database, "UPDATE providers SET answered_by = (SELECT id FROM organisations ORDER BY created_at LIMIT 1) WHERE id = 'anthropic' RETURNING 1");
        await TellAsync(hub);

        await Patience.UntilAsync("it is probed", () => AskAsync(database, Probes), probes => probes > asleep);
    }

    /// <summary>Waits until the last probes of the old interval are in: none for as long as the old gap was.</summary>
    private static async Task<long> AsleepAsync(TestDatabase database)
    {
        var (count, since) = (-1L, TimeProvider.System.GetTimestamp());
        await Patience.UntilAsync(
            "the endpoints sleep",
            async () =>
            {
                var now = await AskAsync(database, Probes);
                (count, since) = now == count ? (count, since) : (now, TimeProvider.System.GetTimestamp());
                return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(8);
            },
            TimeSpan.FromSeconds(90));
        return count;
    }

    private static async Task TellAsync(HubProcess hub)
    {
        using var http = new HttpClient { BaseAddress = hub.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Signals.Key);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""
            {"specversion":"1.0","id":"told","source":"urn:statushub:fault:provider","type":"io.statushub.incident.v1","subject":"{{Opus}}","tlp":"clear",
             "data":{"incidentId":"A-1","phase":"investigating","title":"Elevated errors","impact":[{"model":"{{Opus}}","status":"partial_outage"}]} }
            """));
        content.Headers.ContentType = new("application/cloudevents+json");
        using var answer = await http.PostAsync("/feed/events", content);
        Assert.Equal(202, (int)answer.StatusCode);
    }

    private static async Task<long> AskAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }
}
