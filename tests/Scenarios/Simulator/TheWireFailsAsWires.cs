using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace StatusHub.Scenarios.Simulator;

/// <summary>What no official client shows: resets, stalls, bodies too large, bytes of the stream itself.</summary>
public sealed class TheWireFailsAsWires
{
    private const string Question = "twelve thousand three hundred and forty-five";

    [Fact]
    public async Task A_refused_connection_is_reset_before_any_byte()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new { connectFailRate = 1 });

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => Chat(world));

        var socket = Assert.IsType<SocketException>(failed.GetBaseException());
        Assert.Equal(SocketError.ConnectionReset, socket.SocketErrorCode);
    }

    [Fact]
    public async Task The_models_list_fails_only_when_all_of_its_models_do()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new { connectFailRate = 1 });
        Assert.Equal(HttpStatusCode.OK, (await Models(world)).StatusCode);

        await world.Fail("openai/gpt-5-2-mini", new { connectFailRate = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => Models(world));
    }

    [Fact]
    public async Task A_stalled_stream_says_its_first_token_and_then_nothing_until_the_hold_ends()
    {
        await using var world = await SimulatedWorld.Start(tune: o => o.StallHoldSeconds = 0.2);
        await world.Fail(SimulatedWorld.Gpt, new { stallRate = 1 });
        using var answer = await Chat(world);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var seen = new StringBuilder();

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                seen.AppendLine(line);
            }
        });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"content\":\"123\"", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("finish_reason\":\"", seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_stream_ends_with_its_marker_and_usage_only_when_asked()
    {
        await using var world = await SimulatedWorld.Start();
        using var answer = await Chat(world);

        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("usage", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_answer_ends_well_without_text()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new { emptyRate = 1 });
        using var answer = await Chat(world);

        var text = await answer.Content.ReadAsStringAsync();

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split("\"content\":").Skip(1));
    }

    [Fact]
    public async Task A_wrong_answer_and_a_wrong_model_look_well_formed()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new { wrongContentRate = 1, wrongModelRate = 1 });

        var answer = (await world.OpenAi().CompleteChatAsync(Question)).Value;

        Assert.NotEqual("12345", answer.Content[0].Text);
        Assert.True(int.TryParse(answer.Content[0].Text, out _));
        Assert.Equal("gpt-5-2-mini", answer.Model);
    }

    [Theory]
    [InlineData("""{"model":"gpt-5-2","messages":[""", 400)]
    [InlineData("[]", 400)]
    [InlineData("", 400)]
    [InlineData("""{"model":"gpt-5-2"}""", 400)]
    [InlineData("""{"model":"gpt-5-2","messages":[]}""", 400)]
    [InlineData("""{"model":"gpt-5-2","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", 400)]
    [InlineData("""{"model":"\ud800","messages":[{"role":"user","content":"x"}]}""", 400)]
    [InlineData("""{"model":"gpt-5-2","messages":[null,7,{"role":"user","content":null}],"unheard_of":{"x":[1]}}""", 200)]
    public async Task Odd_requests_are_answered_in_the_dialect(string body, int status)
    {
        await using var world = await SimulatedWorld.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/chat/completions") { Content = new StringContent(body) };
        request.Headers.Authorization = new("Bearer", "k");

        using var answer = await world.Http.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(status == 200 ? "\"chat.completion\"" : "\"invalid_request_error\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_too_large_is_a_413(bool chunked)
    {
        await using var world = await SimulatedWorld.Start(tune: o => o.MaxBodyBytes = 1_024);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/anthropic/v1/messages") { Content = new StringContent(new string(' ', 1_025)) };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Add("x-api-key", "k");
        request.Headers.Add("anthropic-version", "2023-06-01");

        using var answer = await world.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("\"request_too_large\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_has_the_same_luck()
    {
        Assert.Equal(await Lucks(5), await Lucks(5));
        Assert.NotEqual(await Lucks(5), await Lucks(6));
    }

    private static async Task<string> Lucks(int seed)
    {
        await using var world = await SimulatedWorld.Start(tune: o => (o.Seed, o.LatencyScale) = (seed, 0));
        await world.Fail(SimulatedWorld.Gpt, new { errorRate = 0.5 });
        var seen = new StringBuilder();
        for (var i = 0; i < 40; i++)
        {
            using var answer = await Chat(world);
            seen.Append((int)answer.StatusCode).Append(' ');
        }

        return seen.ToString();
    }

    private static async Task<HttpResponseMessage> Chat(SimulatedWorld world)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "gpt-5-2", stream = true, messages = new[] { new { role = "user", content = Question } } }),
        };
        request.Headers.Authorization = new("Bearer", "k");
        return await world.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<HttpResponseMessage> Models(SimulatedWorld world)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openai/v1/models");
        request.Headers.Authorization = new("Bearer", "k");
        return await world.Http.SendAsync(request);
    }
}
