using System.Net;
using System.Text.Json.Nodes;
using StatusHub.Domain.Evidence;

namespace StatusHub.Contracts.Api;

/// <summary>What organisations were promised, and what to claim, over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class CreditsTests(ApiApp app)
{
    private const string Contracts = "/api/v1/contracts";

    [Fact]
    public async Task The_published_clauses_come_with_their_source()
    {
        using var alice = await app.AsAsync(app.Alice);
        var templates = JsonNode.Parse(await alice.GetStringAsync(Contracts + "/templates"))!["templates"]!.AsArray();
        Assert.Contains(templates, t => (string)t!["id"]! == "aws-bedrock" && (double)t["clause"]!["tiers"]![2]!["credit"]! == 1);
        Assert.All(templates, t => Assert.NotEmpty((string)t!["source"]!));
    }

    [Fact]
    public async Task A_month_is_stated_with_the_minutes_that_count_as_json_and_as_csv()
    {
        const string model = "credits/one";
        await app.ExecuteHereAsync($"""
            INSERT INTO verdict_spans (model_id, from_at, to_at, status) VALUES
              ('{model}', '2026-05-01Z', '2026-06-10T10:00:00Z', 1), ('{model}', '2026-06-10T10:00:00Z', '2026-06-10T13:00:00Z', 5),
              ('{model}', '2026-06-10T13:00:00Z', '2026-06-20T00:00:00Z', 1), ('{model}', '2026-06-20T00:00:00Z', '2026-06-20T06:00:00Z', 0),
              ('{model}', '2026-06-20T06:00:00Z', '2026-07-05T00:00:00Z', 1)
            """);
        using var alice = await app.AsAsync(app.Alice);
        var id = await AddAsync(alice, $$"""{"name":"=Our contract","template":"azure-openai","currency":"EUR","covers":[{"model":"{{model}}","monthlySpend":10000}]}""");

        var statement = JsonNode.Parse(await alice.GetStringAsync($"/api/v1/credits?contract={id}&month=2026-06"))!;
        var line = statement["models"]![0]!;
        Assert.Equal((true, "EUR", 1000.0), ((bool)statement["complete"]!, (string)statement["currency"]!, (double)statement["credit"]!));
        Assert.Equal((5_400.0, 21_600.0, "likely", 0.999), ((double)line["downSeconds"]!, (double)line["unknownSeconds"]!, (string)line["claim"]!, (double)line["tier"]!["below"]!));
        var down = Assert.Single(line["down"]!.AsArray())!;
        Assert.Equal(("2026-06-10T10:00:00", "major_outage"), (((string)down["from"]!)[..19], (string)down["state"]!));
        Assert.Contains(statement["notes"]!.AsArray(), n => ((string)n!).Contains("text of your contract", StringComparison.Ordinal));
        Assert.Equal(2_500.0, (double)JsonNode.Parse(await alice.GetStringAsync($"/api/v1/credits?contract={id}&month=2026-06&spend={model}:25000"))!["credit"]!);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/credits?contract={id}&month=2026-06");
        request.Headers.TryAddWithoutValidation("Accept", "text/csv");
        using var answer = await alice.SendAsync(request);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        var rows = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(rows[0].Count(c => c == ','), row.Count(c => c == ',')));
        Assert.StartsWith("month,'=Our contract,2026-06,credits/one,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z,,5400,", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("down,'=Our contract,2026-06,credits/one,2026-06-10T10:00:00Z,2026-06-10T13:00:00Z,major_outage,5400,", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_that_were_slow_count_under_a_promise_of_speed_each_with_its_answers()
    {
        const string model = "credits/slow";
        var late = LatencyHistogram.Empty();
        (late[LatencyHistogram.BucketOf(500)], late[LatencyHistogram.BucketOf(9_000)]) = (30, 90);
        await app.ExecuteHereAsync($$"""
            INSERT INTO verdict_spans (model_id, from_at, to_at, status) VALUES ('{{model}}', '2026-05-01Z', '2026-07-05Z', 1);
            INSERT INTO rollups (model_id, region, step, bucket, attempts, base_attempts, base_failures, failures, ttft, tokens_per_second)
            SELECT '{{model}}', 'eu-west', 3600, h, 120, 120, 0, '{}', '{{{string.Join(',', late)}}}', '{}'
            FROM generate_series('2026-06-10T10:00:00Z'::timestamptz, '2026-06-10T13:00:00Z', interval '1 hour') h
            """);
        using var alice = await app.AsAsync(app.Alice);
        var id = await AddAsync(alice, $$$"""{"name":"Fast","template":"azure-openai","covers":[{"model":"{{{model}}}","monthlySpend":10000}],"clause":{"latency":{"ttftLimitMs":2000 } } }""");
        var statement = JsonNode.Parse(await alice.GetStringAsync($"/api/v1/credits?contract={id}&month=2026-06"))!;
        var line = statement["models"]![0]!;
        Assert.Equal((0.0, 10_800.0, 1_000.0, "likely"), ((double)line["downSeconds"]!, (double)line["slowSeconds"]!, (double)line["credit"]!, (string)line["claim"]!));
        Assert.Equal((2_000.0, 0.05), ((double)statement["clause"]!["latency"]!["ttftLimitMs"]!, (double)statement["clause"]!["latency"]!["lateAbove"]!));
        var hour = line["slow"]!.AsArray()[0]!;
        Assert.Equal((2_700.0, 120, 90, "eu-west"), ((double)hour["seconds"]!, (int)hour["answers"]!, (int)hour["late"]!, (string)hour["regions"]![0]!));
        Assert.Contains(statement["notes"]!.AsArray(), n => ((string)n!).Contains("counted by the hour", StringComparison.Ordinal));

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/credits?contract={id}&month=2026-06");
        request.Headers.TryAddWithoutValidation("Accept", "text/csv");
        using var answer = await alice.SendAsync(request);
        var rows = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(rows, row => Assert.Equal(rows[0].Count(c => c == ','), row.Count(c => c == ',')));
        Assert.EndsWith(",10800", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("slow,Fast,2026-06,credits/slow,2026-06-10T10:00:00Z,2026-06-10T11:00:00Z,,2700,,eu-west,120,late=90,", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_is_changed_and_removed_and_never_seen_by_another_organisation()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var bob = await app.AsAsync(app.Bob);
        var id = await AddAsync(alice, """{"name":"Ours","covers":[{"model":"a/b"}],"clause":{"method":"downtime_minutes","minimumMinutes":5,"tiers":[{"below":0.99,"credit":0.5}]}}""");
        foreach (var path in new[] { $"{Contracts}/{id}", $"/api/v1/credits?contract={id}", "/api/v1/credits?contract=none" })
        {
            using var answer = await bob.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await Problems.ReadAsync(answer);
        }

        using var unlisted = await bob.DeleteAsync($"{Contracts}/{id}");
        Assert.Equal(HttpStatusCode.NotFound, unlisted.StatusCode);
        using var changed = await alice.PutAsync($"{Contracts}/{id}", Problems.Json("""{"name":"Ours","template":"gcp-gemini-online","covers":[{"model":"a/b"}],"clause":{"claimDays":60}}"""));
        var clause = JsonNode.Parse(await changed.Content.ReadAsStringAsync())!["clause"]!;
        Assert.Equal((60, 3, 1), ((int)clause["claimDays"]!, clause["tiers"]!.AsArray().Count, (int)clause["minimumMinutes"]!));
        using var gone = await alice.DeleteAsync($"{Contracts}/{id}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("{}", "/name")]
    [InlineData("""{"name":"x","template":"none","covers":{}}""", "/template", "/covers")]
    [InlineData("""{"name":"x","template":"aws-bedrock","covers":[]}""", "/covers")]
    [InlineData("""{"name":"x","template":"aws-bedrock","covers":[{"model":"a/b"},{"model":"a/b"}]}""", "/covers")]
    [InlineData("""{"name":"x","covers":[{"model":"a/b"}]}""", "/clause/tiers")]
    [InlineData("""{"name":"x","covers":[{"model":"a/b"}],"clause":{"tiers":[{"below":0.9,"credit":0.1},{"below":0.99,"credit":0.2}]}}""", "/clause/tiers")]
    [InlineData("""{"name":"x","currency":"euro","covers":[{"model":"A","monthlySpend":-1}],"clause":{"method":"guess","tiers":[{"below":2}],"excludesMaintenance":"no"}}""", "/currency", "/covers/0/model", "/covers/0/monthlySpend", "/clause/method", "/clause/tiers/0/below", "/clause/excludesMaintenance")]
    [InlineData("""{"name":"x","template":"aws-bedrock","covers":[{"model":"a/b"}],"clause":{"latency":{"lateAbove":2,"odd":1}}}""", "/clause/latency/lateAbove", "/clause/latency/ttftLimitMs", "/clause/latency/odd")]
    public async Task A_contract_that_is_none_is_refused_with_every_wrong_place(string body, params string[] places)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.PostAsync(Contracts, Problems.Json(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var found = await Problems.PlacesAsync(answer);
        Assert.All(places, place => Assert.Contains(place, found));
    }

    [Theory]
    [InlineData("", "?contract")]
    [InlineData("contract=x&month=June", "?month")]
    [InlineData("contract=x&month=2026-13", "?month")]
    [InlineData("contract=x&month=2199-01", "?month")]
    [InlineData("contract=x&spend=12", "?spend")]
    [InlineData("contract=x&spend=a/b:1&spend=a/b:2", "?spend")]
    public async Task A_question_that_cannot_be_answered_names_the_parameter(string query, string place)
    {
        using var alice = await app.AsAsync(app.Alice);
        using var answer = await alice.GetAsync($"/api/v1/credits?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(place, Assert.Single(await Problems.PlacesAsync(answer)));
    }

    private static async Task<string> AddAsync(HttpClient client, string body)
    {
        using var made = await client.PostAsync(Contracts, Problems.Json(body));
        var text = await made.Content.ReadAsStringAsync();
        Assert.True(made.StatusCode == HttpStatusCode.Created, text);
        return (string)JsonNode.Parse(text)!["id"]!;
    }
}
