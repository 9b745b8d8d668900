using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace StatusHub.Scenarios.Simulator;

public sealed class TheWorldObeysItsControl
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_lists_what_a_hub_needs_to_probe_it()
    {
        await using var world = await SimulatedWorld.Start();

        var models = (await world.Get("/control/models")).GetProperty("models").EnumerateArray().ToArray();

        Assert.Equal(7, models.Length);
        var opus = models[0];
        Assert.Equal(SimulatedWorld.Opus, opus.GetProperty("id").GetString());
        Assert.Equal("anthropic-messages", opus.GetProperty("dialect").GetString());
        Assert.Equal($"{world.Address}/anthropic", opus.GetProperty("url").GetString());
        Assert.Equal("claude-opus-4-8", opus.GetProperty("wireModel").GetString());
        Assert.Equal(3, opus.GetProperty("domains").GetArrayLength());
    }

    [Fact]
    public async Task A_partial_body_makes_the_rest_healthy()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Opus, new { errorRate = 1, cutRate = 0.5 });

        await world.Fail(SimulatedWorld.Opus, new { ttftMs = 100 });

        var faults = (await world.Get("/control/models")).GetProperty("models")[0].GetProperty("faults");
        Assert.Equal((0, 0), (faults.GetProperty("errorRate").GetDouble(), faults.GetProperty("cutRate").GetDouble()));
        Assert.Equal(100, faults.GetProperty("ttftMs").GetDouble());
    }

    [Fact]
    public async Task A_failed_domain_fails_every_model_in_it()
    {
        await using var world = await SimulatedWorld.Start();

        await world.Fail(SimulatedWorld.Opus, new { errorRate = 1, domain = "anthropic-router" });

        Assert.Equal<double[]>([1, 1, 0], await ErrorRates(world, SimulatedWorld.Opus, SimulatedWorld.Sonnet, SimulatedWorld.Haiku));
        await world.Fail(SimulatedWorld.Opus, new { });
        Assert.Equal<double[]>([0, 0, 0], await ErrorRates(world, SimulatedWorld.Opus, SimulatedWorld.Sonnet, SimulatedWorld.Haiku));
    }

    [Fact]
    public async Task A_new_domain_is_made_by_placing_models_in_it()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Haiku, new { domain = "one-edge" });

        await world.Fail(SimulatedWorld.Gpt, new { errorRate = 0.5, domain = "one-edge" });

        Assert.Equal<double[]>([0.5, 0.5, 0], await ErrorRates(world, SimulatedWorld.Haiku, SimulatedWorld.Gpt, SimulatedWorld.Opus));
    }

    [Theory]
    [InlineData("anthropic/claude-opus-4-8", """{"errorRate":1.01}""", 400, "/errorRate")]
    [InlineData("anthropic/claude-opus-4-8", """{"cutRate":-0.1}""", 400, "/cutRate")]
    [InlineData("anthropic/claude-opus-4-8", """{"errorStatus":200}""", 400, "/errorStatus")]
    [InlineData("anthropic/claude-opus-4-8", """{"errorRate":"much"}""", 400, "/errorRate")]
    [InlineData("anthropic/claude-opus-4-8", """{"errorRate":null}""", 400, "/errorRate")]
    [InlineData("anthropic/claude-opus-4-8", """{"eroorRate":1}""", 400, "/eroorRate")]
    [InlineData("anthropic/claude-opus-4-8", """{"errorRate":1,"errorRate":0}""", 400, "")]
    [InlineData("anthropic/claude-opus-4-8", """{"domain":"Not A Domain"}""", 400, "/domain")]
    [InlineData("anthropic/claude-opus-4-8", """{"domain":"\ud800"}""", 400, "")]
    [InlineData("anthropic/claude-opus-4-8", "[]", 400, "")]
    [InlineData("anthropic/claude-opus-4-8", "{", 400, "")]
    [InlineData("anthropic/claude-9", "{}", 404, null)]
    [InlineData("UPPER/case", "{}", 404, null)]
    public async Task Wrong_faults_are_refused_with_a_problem(string model, string body, int status, string? field)
    {
        await using var world = await SimulatedWorld.Start();

        using var answer = await world.Http.PutAsync($"/control/models/{model}", new StringContent(body));

        await IsProblem(answer, status, field);
    }

    [Theory]
    [InlineData("/control/scenarios/nowhere", "", 404, null)]
    [InlineData("/control/scenarios/flapping?speed=0", "", 400, "/speed")]
    [InlineData("/control/scenarios/flapping?speed=NaN", "", 400, "/speed")]
    [InlineData("/control/scenarios", "{}", 400, "")]
    [InlineData("/control/scenarios", "null", 400, "")]
    [InlineData("/control/scenarios", """{"name":"a","startsAt":"2030-01-02T00:00:00Z","endsAt":"2030-01-01T00:00:00Z"}""", 400, "/endsAt")]
    [InlineData("/control/scenarios", """{"name":"a","startsAt":"2030-01-01T00:00:00Z","endsAt":"2030-01-02T00:00:00Z","phases":null}""", 400, "/phases")]
    [InlineData("/control/scenarios", """{"name":"a","startsAt":"2030-01-01T00:00:00Z","endsAt":"2030-01-02T00:00:00Z","phases":[null]}""", 400, "")]
    [InlineData("/control/scenarios", """{"name":"a","startsAt":"2030-01-01T00:00:00Z","endsAt":"2030-01-02T00:00:00Z","phases":[{"at":"2030-01-01T00:00:00Z","minutes":5,"targets":["x/y"],"faults":{"errorRate":2}}]}""", 400, "/phases/0/faults/errorRate")]
    public async Task Wrong_scenarios_are_refused_with_a_problem(string path, string body, int status, string? field)
    {
        await using var world = await SimulatedWorld.Start();

        using var answer = await world.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

        await IsProblem(answer, status, field);
    }

    [Fact]
    public async Task A_scenario_plays_from_the_post_until_it_is_taken_off()
    {
        var clock = new ManualClock { Now = Noon };
        await using var world = await SimulatedWorld.Start(clock);
        using var posted = await world.Http.PostAsync("/control/scenarios/opus-shared-router?speed=60", null);
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Equal<double[]>([0, 0], await ErrorRates(world, SimulatedWorld.Opus, SimulatedWorld.Sonnet));

        clock.Now = Noon.AddMinutes(2); // two hours into the day: 12:30

        Assert.Equal<double[]>([0.84, 0.84], await ErrorRates(world, SimulatedWorld.Opus, SimulatedWorld.Sonnet));
        var playing = (await world.Get("/control/scenarios")).GetProperty("playing");
        Assert.Equal("more than 80 % of requests fail, Sonnet too", playing.GetProperty("phases")[0].GetProperty("note").GetString());
        using var deleted = await world.Http.DeleteAsync("/control/scenarios");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal<double[]>([0, 0], await ErrorRates(world, SimulatedWorld.Opus, SimulatedWorld.Sonnet));
    }

    [Fact]
    public async Task A_posted_scenario_without_models_knows_the_catalogues_domains()
    {
        await using var world = await SimulatedWorld.Start(new ManualClock { Now = Noon });

        using var posted = await world.Http.PostAsJsonAsync("/control/scenarios?speed=2", new
        {
            name = "edge",
            startsAt = Noon,
            endsAt = Noon.AddHours(1),
            phases = new[] { new { at = Noon, minutes = 10, domain = "edge-a", faults = new { errorRate = 0.7 } } },
        });

        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Equal<double[]>([0.7, 0], await ErrorRates(world, "mistral/mistral-large-3", SimulatedWorld.Gpt));
    }

    [Fact]
    public async Task The_providers_own_page_stays_green_until_it_says_otherwise()
    {
        var clock = new ManualClock { Now = Noon };
        await using var world = await SimulatedWorld.Start(clock, o => o.Scenario = "opus-shared-router");

        clock.Now = Noon.AddMinutes(59); // 11:29
        Assert.Equal(("none", 0), await Page(world));

        clock.Now = Noon.AddMinutes(60); // 11:30: Opus is named
        Assert.Equal(("minor", 1), await Page(world));
        var page = await world.Get("/anthropic/status/api/v2/summary.json");
        Assert.Equal(["degraded_performance", "operational", "operational"], page.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("status").GetString()));
        Assert.Equal("2030-01-01T13:00:00.000Z", page.GetProperty("incidents")[0].GetProperty("started_at").GetString());

        clock.Now = Noon.AddHours(14); // after the end
        Assert.Equal(("none", 0), await Page(world));
    }

    private static async Task<(string? Indicator, int Incidents)> Page(SimulatedWorld world)
    {
        var page = await world.Get("/anthropic/status/api/v2/summary.json");
        return (page.GetProperty("status").GetProperty("indicator").GetString(), page.GetProperty("incidents").GetArrayLength());
    }

    private static async Task<double[]> ErrorRates(SimulatedWorld world, params string[] models)
    {
        var all = (await world.Get("/control/models")).GetProperty("models").EnumerateArray()
            .ToDictionary(m => m.GetProperty("id").GetString()!, m => m.GetProperty("faults").GetProperty("errorRate").GetDouble());
        return [.. models.Select(m => all[m])];
    }

    private static async Task IsProblem(HttpResponseMessage answer, int status, string? field)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (field is not null)
        {
            Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        }
    }
}
