using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Dialects;
using StatusHub.Unit.Probes.Support;

namespace StatusHub.Unit.Probes;

/// <summary>Error statuses and bodies of both dialects, over a real connection.</summary>
public sealed class HttpFailureTests
{
    private const string Claude = DialectNames.AnthropicMessages;
    private const string Chat = DialectNames.OpenAiChat;

    public static TheoryData<string, int, string, FailureClass> Refusals => new()
    {
        { Claude, 400, Anthropic("invalid_request_error", "max_tokens: Field required"), FailureClass.BadRequest },
        { Claude, 400, Anthropic("invalid_request_error", "You have reached your specified API usage limits: your set spend limit reached"), FailureClass.QuotaExhausted },
        { Claude, 400, Anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), FailureClass.QuotaExhausted },
        { Claude, 400, Anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), FailureClass.ContextLength },
        { Claude, 400, Anthropic("invalid_request_error", "This organization has been disabled."), FailureClass.AccessSuspended },
        { Claude, 401, Anthropic("authentication_error", "invalid x-api-key"), FailureClass.Auth },
        { Claude, 402, Anthropic("billing_error", "pay"), FailureClass.QuotaExhausted },
        { Claude, 403, Anthropic("permission_error", "not this model"), FailureClass.Permission },
        { Claude, 403, Anthropic("forbidden", "Request not allowed"), FailureClass.RegionBlocked },
        { Claude, 404, Anthropic("not_found_error", "model: claude-9"), FailureClass.ModelGone },
        { Claude, 404, "<html>nginx</html>", FailureClass.BadRequest },
        { Claude, 409, Anthropic("conflict_error", "again"), FailureClass.ServerError },
        { Claude, 413, "<html>cloudflare</html>", FailureClass.BadRequest },
        { Claude, 429, Anthropic("rate_limit_error", "Number of requests has exceeded your rate limit"), FailureClass.RateLimited },
        { Claude, 429, """{"type":"error","error":{"type":"rate_limit_error","message":"stop","details":{"error_code":"enforced_spend_limit_reached"}}}""", FailureClass.QuotaExhausted },
        { Claude, 500, Anthropic("api_error", "Internal server error"), FailureClass.ServerError },
        { Claude, 500, Anthropic("overloaded_error", "Overloaded"), FailureClass.Overloaded },
        { Claude, 502, "<html>bad gateway</html>", FailureClass.BadGateway },
        { Claude, 503, "no healthy upstream", FailureClass.BadGateway },
        { Claude, 504, Anthropic("timeout_error", "too long"), FailureClass.ProviderTimeout },
        { Claude, 520, "", FailureClass.BadGateway },
        { Claude, 524, "", FailureClass.ProviderTimeout },
        { Claude, 529, Anthropic("overloaded_error", "Overloaded"), FailureClass.Overloaded },
        { Claude, 529, "", FailureClass.Overloaded },
        { Claude, 204, "", FailureClass.EmptyResponse },
        { Claude, 302, "", FailureClass.BadRequest },
        { Chat, 400, OpenAi("Could not finish the message because max_tokens or model output limit was reached.", "invalid_request_error"), FailureClass.TokenBudgetExhausted },
        { Chat, 400, OpenAi("This model's maximum context length is 8192 tokens", "invalid_request_error", "context_length_exceeded"), FailureClass.ContextLength },
        { Chat, 400, OpenAi("filtered", "invalid_request_error", "content_filter"), FailureClass.ContentFiltered },
        { Chat, 400, OpenAi("Unsupported parameter: 'max_tokens'", "invalid_request_error", "unsupported_parameter"), FailureClass.BadRequest },
        { Chat, 400, """{"error":{"code":400,"message":"foo/bar is not a valid model ID"}}""", FailureClass.ModelGone },
        { Chat, 401, OpenAi("Incorrect API key provided", "invalid_request_error", "invalid_api_key"), FailureClass.Auth },
        { Chat, 401, OpenAi("Your account has been deactivated", "invalid_request_error", "account_deactivated"), FailureClass.AccessSuspended },
        { Chat, 402, """{"error":{"code":402,"message":"Insufficient credits"}}""", FailureClass.QuotaExhausted },
        { Chat, 403, OpenAi("Country, region, or territory not supported", "request_forbidden", "unsupported_country_region_territory"), FailureClass.RegionBlocked },
        { Chat, 403, OpenAi("Your input was flagged", "moderation"), FailureClass.ContentFiltered },
        { Chat, 403, OpenAi("You are not allowed to sample from this model", "invalid_request_error"), FailureClass.Permission },
        { Chat, 404, OpenAi("The model `x` does not exist or you do not have access to it.", "invalid_request_error", "model_not_found"), FailureClass.ModelGone },
        { Chat, 404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404}""", FailureClass.ModelGone },
        { Chat, 404, """{"detail":"Not Found"}""", FailureClass.BadRequest },
        { Chat, 422, """{"detail":[{"loc":["body"],"msg":"Extra inputs are not permitted"}]}""", FailureClass.BadRequest },
        { Chat, 429, OpenAi("Rate limit reached for requests", "requests", "rate_limit_exceeded"), FailureClass.RateLimited },
        { Chat, 429, OpenAi("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"), FailureClass.QuotaExhausted },
        { Chat, 429, OpenAi("no credit", "billing", "credit_balance_exhausted"), FailureClass.QuotaExhausted },
        { Chat, 429, OpenAi("System is experiencing high demand", "requests"), FailureClass.Overloaded },
        { Chat, 500, OpenAi("The server had an error", "server_error"), FailureClass.ServerError },
        { Chat, 503, OpenAi("Slow down", "service_unavailable_error", "slow_down"), FailureClass.Overloaded },
        { Chat, 503, OpenAi("busy", "service_unavailable_error", "server_is_overloaded"), FailureClass.Overloaded },
        { Chat, 503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", FailureClass.Overloaded },
        { Chat, 504, "", FailureClass.ProviderTimeout },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_error_answer_is_laid_to_whom_it_belongs(string dialect, int status, string body, FailureClass expected)
    {
        var outcome = await Bench.AskAsync(dialect, Answers.Error(status, body));

        Assert.Equal((expected, status, "req_e"), (outcome.Failure, outcome.HttpStatus, outcome.RequestId));
        Assert.NotNull(outcome.Timings.HeadersMs);
    }

    [Fact]
    public async Task An_expired_key_is_the_accounts_fault()
    {
        var outcome = await Bench.AskAsync(Claude, Answers.Error(401, Anthropic("authentication_error", "expired")));

        Assert.Equal(Blame.Account, FailureClasses.BlameOf(outcome.Failure));
    }

    [Theory]
    [InlineData("Retry-After: 30\r\n", 30d)]
    [InlineData("Retry-After: 1.5\r\n", 1.5)]
    [InlineData("retry-after-ms: 250\r\nRetry-After: 9\r\n", 0.25)]
    [InlineData("Date: Sun, 07 Jun 2026 10:00:00 GMT\r\nRetry-After: Sun, 07 Jun 2026 10:02:00 GMT\r\n", 120d)]
    [InlineData("Retry-After: Sun, 07 Jun 2026 10:31:00 GMT\r\n", 60d)]
    [InlineData("Retry-After: Sun, 07 Jun 2026 09:00:00 GMT\r\n", 0d)]
    [InlineData("Retry-After: 99999999999\r\n", 86400d)]
    [InlineData("Retry-After: -5\r\n", null)]
    [InlineData("Retry-After: soon\r\n", null)]
    [InlineData("", null)]
    public async Task The_wish_to_be_left_alone_is_kept(string headers, double? seconds)
    {
        var outcome = await Bench.AskAsync(Claude, Answers.Error(429, Anthropic("rate_limit_error", "slower"), headers));

        Assert.Equal(seconds, outcome.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task No_redirect_is_followed()
    {
        await using var elsewhere = new ScriptedServer(w => w.AnswerAsync(Answers.Stream(Answers.Claude("OK"))));
        var outcome = await Bench.AskAsync(Claude, Answers.Error(307, "", $"Location: {elsewhere.Url}/v1/messages\r\n"));

        Assert.Equal((FailureClass.BadRequest, 0), (outcome.Failure, elsewhere.Accepted));
    }

    /// <summary>The credential comes back in every way a server may say it.</summary>
    [Theory]
    [InlineData("Incorrect API key provided: sk-test-0123456789abcdef.")]
    [InlineData("KEY SK-TEST-0123456789ABCDEF")]
    [InlineData("sk-test-\\u000001\\u200b23456789abcdef")]
    [InlineData("header was c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm")]
    [InlineData("cut off in sk-test-0123456")]
    public async Task The_credential_never_stands_in_a_detail(string message)
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Error(401, OpenAi(message, "invalid_request_error")));

        Assert.Contains("[credential]", outcome.Detail);
        Assert.DoesNotContain("0123456", outcome.Detail);
        Assert.DoesNotContain("c2st", outcome.Detail);
    }

    [Fact]
    public async Task A_detail_is_one_short_line_without_control_characters()
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Error(500, OpenAi("a\\u001b[31m\\r\\nb\\u0000" + new string('x', 9_000), "e")));

        Assert.Equal(ProbeOutcome.MaxDetailLength, outcome.Detail!.Length);
        Assert.DoesNotContain(outcome.Detail, char.IsControl);
        Assert.StartsWith("e: a[31m bxxx", outcome.Detail);
    }

    [Fact]
    public void A_target_does_not_print_its_credential_or_address()
    {
        var text = Bench.Target("http://user:pass@127.0.0.1", Chat, ProbeRung.Stream).ToString();

        Assert.DoesNotContain(Bench.Secret, text);
        Assert.DoesNotContain("pass", text);
    }

    [Theory]
    [InlineData("sk-with\nnewline")]
    [InlineData("sk-schlüssel")]
    public async Task A_credential_no_header_can_carry_is_the_accounts_fault(string credential)
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Stream(Answers.Chat("OK")), credential: credential);

        Assert.Equal(FailureClass.Auth, outcome.Failure);
    }

    private static string Anthropic(string type, string message) =>
        $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"},"request_id":"req_b"}""";

    private static string OpenAi(string message, string type, string? code = null) =>
        $$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","param":null,"code":{{{(code is null ? "null" : $"\"{code}\"")}}}}}""";
}
