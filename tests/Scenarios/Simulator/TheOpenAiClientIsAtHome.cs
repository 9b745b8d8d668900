using System.ClientModel;
using System.Text;
using OpenAI.Chat;

namespace StatusHub.Scenarios.Simulator;

/// <summary>The provider's own client, unmodified, against the simulated dialect.</summary>
public sealed class TheOpenAiClientIsAtHome
{
    private static readonly ChatMessage[] Question = [new UserChatMessage("Digits only, please: nine hundred twelve thousand and thirty-four")];

    [Fact]
    public async Task It_gets_the_answer_and_its_usage()
    {
        await using var world = await SimulatedWorld.Start();

        ChatCompletion answer = await world.OpenAi().CompleteChatAsync(Question);

        Assert.Equal("912034", answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("gpt-5-2", answer.Model);
        Assert.Equal(2, answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task It_streams_the_answer_with_usage_at_the_end()
    {
        await using var world = await SimulatedWorld.Start();
        var text = new StringBuilder();

        var last = await Stream(world, text);

        Assert.Equal("912034", text.ToString());
        Assert.Equal((ChatFinishReason.Stop, 2), last);
    }

    [Fact]
    public async Task A_budget_of_one_token_ends_by_length()
    {
        await using var world = await SimulatedWorld.Start();
        var text = new StringBuilder();

        var last = await Stream(world, text, new ChatCompletionOptions { MaxOutputTokenCount = 1 });

        Assert.Equal("912", text.ToString());
        Assert.Equal((ChatFinishReason.Length, 1), last);
    }

    [Theory]
    [InlineData(400, null, "invalid_request_error")]
    [InlineData(401, null, "invalid_api_key")]
    [InlineData(403, null, "unsupported_country_region_territory")]
    [InlineData(404, null, "model_not_found")]
    [InlineData(429, null, "rate_limit_exceeded")]
    [InlineData(429, "insufficient_quota", "insufficient_quota")]
    [InlineData(500, null, "server_error")]
    [InlineData(503, null, "server_is_overloaded")]
    [InlineData(503, "slow_down", "slow_down")]
    public async Task Each_status_comes_with_its_own_code(int status, string? code, string expected)
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new { errorRate = 1, errorStatus = status, errorCode = code, retryAfter = 20 });

        var whole = await Assert.ThrowsAsync<ClientResultException>(() => world.OpenAi().CompleteChatAsync(Question));
        var streamed = await Assert.ThrowsAsync<ClientResultException>(() => Stream(world, new StringBuilder()));

        Assert.Equal((status, status), (whole.Status, streamed.Status));
        var answer = whole.GetRawResponse()!;
        Assert.Contains($"\"{expected}\"", answer.Content.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Headers.TryGetValue("retry-after", out var seconds));
        Assert.Equal("20", seconds);
        Assert.True(answer.Headers.TryGetValue("x-request-id", out _));
        Assert.True(answer.Headers.TryGetValue("openai-processing-ms", out _));
    }

    [Fact]
    public async Task An_expired_key_and_an_unknown_model_are_told_apart()
    {
        await using var world = await SimulatedWorld.Start();

        var expired = await Assert.ThrowsAsync<ClientResultException>(() => world.OpenAi("expired-1").CompleteChatAsync(Question));
        var gone = await Assert.ThrowsAsync<ClientResultException>(() => world.OpenAi(model: "gpt-1").CompleteChatAsync(Question));

        Assert.Equal((401, 404), (expired.Status, gone.Status));
        Assert.DoesNotContain("expired-1", expired.GetRawResponse()!.Content.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cutRate")]
    [InlineData("malformedRate")]
    public async Task A_stream_that_breaks_fails_after_the_first_text(string fault)
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new Dictionary<string, double> { [fault] = 1 });
        var text = new StringBuilder();

        await Assert.ThrowsAnyAsync<Exception>(() => Stream(world, text));

        Assert.Equal("912", text.ToString());
    }

    /// <summary>This client knows no error chunk: it reads on to the end of the stream, where finish reason and usage are missing.</summary>
    [Fact]
    public async Task An_error_inside_the_stream_leaves_it_without_an_end()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Gpt, new { inStreamErrorRate = 1 });
        var text = new StringBuilder();

        var last = await Stream(world, text);

        Assert.Equal("912", text.ToString());
        Assert.Equal((null, 0), last);
    }

    private static async Task<(ChatFinishReason? Reason, int Tokens)> Stream(
        SimulatedWorld world, StringBuilder text, ChatCompletionOptions? options = null)
    {
        var (reason, tokens) = ((ChatFinishReason?)null, 0);
        await foreach (var chunk in world.OpenAi().CompleteChatStreamingAsync(Question, options))
        {
            text.Append(string.Concat(chunk.ContentUpdate.Select(p => p.Text)));
            reason = chunk.FinishReason ?? reason;
            tokens = chunk.Usage?.OutputTokenCount ?? tokens;
        }

        return (reason, tokens);
    }
}
