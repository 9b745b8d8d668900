using System.Text;
using Anthropic.Exceptions;
using Anthropic.Models;
using Anthropic.Models.Messages;

namespace StatusHub.Scenarios.Simulator;

/// <summary>The provider's own client, unmodified, against the simulated dialect.</summary>
public sealed class TheAnthropicClientIsAtHome
{
    private const string Question = "Write this number in digits only: four thousand two hundred and seven";

    [Fact]
    public async Task It_gets_the_answer_and_its_usage()
    {
        await using var world = await SimulatedWorld.Start();

        var message = await world.Anthropic().Messages.Create(SimulatedWorld.Ask(Question));

        Assert.Equal("4207", TextOf(message));
        Assert.Equal("claude-opus-4-8", message.Model.Raw());
        Assert.Equal("end_turn", message.StopReason?.Raw());
        Assert.Equal(2, message.Usage.OutputTokens);
        Assert.True(message.Usage.InputTokens > 0);
    }

    [Fact]
    public async Task It_streams_the_answer_to_its_end()
    {
        await using var world = await SimulatedWorld.Start();

        var seen = await Stream(world, SimulatedWorld.Ask(Question));

        Assert.Equal("4207", seen.Text);
        Assert.Equal("end_turn", seen.StopReason);
        Assert.Equal(2, seen.OutputTokens);
        Assert.True(seen.Stopped);
    }

    [Fact]
    public async Task A_budget_of_one_token_ends_by_length()
    {
        await using var world = await SimulatedWorld.Start();

        var seen = await Stream(world, SimulatedWorld.Ask(Question, maxTokens: 1));

        Assert.Equal(("420", "max_tokens"), (seen.Text, seen.StopReason));
    }

    [Fact]
    public async Task It_counts_tokens_and_lists_models()
    {
        await using var world = await SimulatedWorld.Start();
        var client = world.Anthropic();

        var counted = await client.Messages.CountTokens(new()
        {
            Model = "claude-haiku-4-5",
            Messages = [new UserMessageParam { Content = "hello" }],
        });
        var models = await client.Models.List();
        var one = await client.Models.Retrieve("claude-haiku-4-5");

        Assert.True(counted.InputTokens > 0);
        Assert.Equal(["claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5"], models.Items.Select(m => m.ID));
        Assert.Equal("Claude Haiku 4.5", one.DisplayName);
    }

    [Theory]
    [InlineData(400, typeof(AnthropicBadRequestException), "invalid_request_error")]
    [InlineData(401, typeof(AnthropicUnauthorizedException), "authentication_error")]
    [InlineData(402, typeof(AnthropicPaymentRequiredException), "billing_error")]
    [InlineData(403, typeof(AnthropicForbiddenException), "permission_error")]
    [InlineData(404, typeof(AnthropicNotFoundException), "not_found_error")]
    [InlineData(409, typeof(AnthropicConflictException), "conflict_error")]
    [InlineData(413, typeof(AnthropicContentTooLargeException), "request_too_large")]
    [InlineData(429, typeof(AnthropicRateLimitException), "rate_limit_error")]
    [InlineData(500, typeof(Anthropic5xxException), "api_error")]
    [InlineData(503, typeof(AnthropicServiceUnavailableException), "api_error")]
    [InlineData(504, typeof(AnthropicGatewayTimeoutException), "timeout_error")]
    [InlineData(529, typeof(AnthropicOverloadedException), "overloaded_error")]
    public async Task Each_status_raises_its_own_exception(int status, System.Type expected, string type)
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Opus, new { errorRate = 1, errorStatus = status });

        var whole = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => world.Anthropic().Messages.Create(SimulatedWorld.Ask(Question)));
        var streamed = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => Stream(world, SimulatedWorld.Ask(Question)));

        Assert.IsType(expected, whole);
        Assert.IsType(expected, streamed);
        Assert.Contains($"\"{type}\"", whole.ResponseBody, StringComparison.Ordinal);
        Assert.StartsWith("req_011C", whole.RequestID, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spend_limit_is_told_from_a_rate_limit()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Opus, new { errorRate = 1, errorStatus = 429, errorCode = "enforced_spend_limit_reached" });

        await Assert.ThrowsAsync<AnthropicEnforcedSpendLimitReachedException>(
            () => world.Anthropic().Messages.Create(SimulatedWorld.Ask(Question)));
    }

    [Fact]
    public async Task An_expired_key_and_an_unknown_model_are_told_apart()
    {
        await using var world = await SimulatedWorld.Start();

        await Assert.ThrowsAsync<AnthropicUnauthorizedException>(
            () => world.Anthropic("expired-1").Messages.Create(SimulatedWorld.Ask(Question)));
        var gone = await Assert.ThrowsAsync<AnthropicNotFoundException>(
            () => world.Anthropic().Messages.Create(SimulatedWorld.Ask(Question, "claude-1")));

        Assert.Contains("\"message\":\"model: claude-1\"", gone.ResponseBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_inside_the_stream_comes_after_the_first_text()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Opus, new { inStreamErrorRate = 1 });
        var text = new StringBuilder();

        var error = await Assert.ThrowsAnyAsync<AnthropicException>(() => Stream(world, SimulatedWorld.Ask(Question), text));

        Assert.Contains("overloaded_error", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("420", text.ToString());
    }

    [Fact]
    public async Task A_cut_stream_fails_after_the_first_text()
    {
        await using var world = await SimulatedWorld.Start();
        await world.Fail(SimulatedWorld.Opus, new { cutRate = 1 });
        var text = new StringBuilder();

        await Assert.ThrowsAnyAsync<Exception>(() => Stream(world, SimulatedWorld.Ask(Question), text));

        Assert.Equal("420", text.ToString());
    }

    private static string TextOf(Message message) =>
        string.Concat(message.Content.Select(b => b.TryPickText(out var text) ? text.Text : ""));

    private static async Task<Streamed> Stream(SimulatedWorld world, MessageCreateParams asked, StringBuilder? into = null)
    {
        var text = into ?? new StringBuilder();
        var (reason, tokens, stopped) = ((string?)null, 0L, false);
        await foreach (var one in world.Anthropic().Messages.CreateStreaming(asked))
        {
            if (one.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
            {
                text.Append(piece.Text);
            }
            else if (one.TryPickDelta(out var last))
            {
                (reason, tokens) = (last.Delta.StopReason?.Raw(), last.Usage.OutputTokens);
            }
            else if (one.TryPickStop(out _))
            {
                stopped = true;
            }
        }

        return new Streamed(text.ToString(), reason, tokens, stopped);
    }

    private sealed record Streamed(string Text, string? StopReason, long OutputTokens, bool Stopped);
}
