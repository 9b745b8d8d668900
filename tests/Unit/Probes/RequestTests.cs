using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Probes.Dialects;
using StatusHub.Unit.Probes.Support;

namespace StatusHub.Unit.Probes;

/// <summary>What the dialects send.</summary>
public sealed class RequestTests
{
    private static readonly OpenAiChat Chat = new();

    [Theory]
    [InlineData("https://api.openai.com", "https://api.openai.com/v1/chat/completions")]
    [InlineData("https://api.openai.com/", "https://api.openai.com/v1/chat/completions")]
    [InlineData("https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions")]
    [InlineData("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions")]
    [InlineData("https://api.groq.com/openai", "https://api.groq.com/openai/v1/chat/completions")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai/", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions")]
    [InlineData("https://api.perplexity.ai/chat/completions", "https://api.perplexity.ai/chat/completions")]
    [InlineData("https://open.bigmodel.cn/api/paas/v4", "https://open.bigmodel.cn/api/paas/v4/chat/completions")]
    [InlineData("https://x.openai.azure.com/openai/v1?api-version=preview", "https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview")]
    [InlineData("http://user:pass@localhost:8000#top", "http://localhost:8000/v1/chat/completions")]
    public void The_base_address_may_be_written_in_many_ways(string url, string expected)
    {
        Assert.True(BaseAddress.TryParse(url, out var address));

        Assert.Equal(expected, BaseAddress.At(address, "chat/completions", "chat/completions").AbsoluteUri);
        Assert.Equal(expected.Replace("chat/completions", "models"), BaseAddress.At(address, "chat/completions", "models").AbsoluteUri);
    }

    [Theory]
    [InlineData("https://api.openai.com", "gpt-5", "max_completion_tokens", "minimal")]
    [InlineData("https://api.openai.com", "gpt-5.2", "max_completion_tokens", "none")]
    [InlineData("https://api.openai.com", "gpt-5-2", "max_completion_tokens", "none")]
    [InlineData("https://api.openai.com", "gpt-5-2025-08-07", "max_completion_tokens", "minimal")]
    [InlineData("https://api.openai.com", "gpt-5-pro", "max_completion_tokens", null)]
    [InlineData("https://api.openai.com", "gpt-5-chat-latest", "max_completion_tokens", null)]
    [InlineData("https://api.openai.com", "o3", "max_completion_tokens", "low")]
    [InlineData("https://api.openai.com", "gpt-4o", "max_completion_tokens", null)]
    [InlineData("https://openrouter.ai/api/v1", "openai/o4-mini", "max_completion_tokens", "low")]
    [InlineData("http://localhost:8000", "qwen3-8b", "max_tokens", null)]
    [InlineData("http://localhost:8000", "gpt-oss-120b", "max_tokens", null)]
    [InlineData("https://api.mistral.ai", "mistral-large-3", "max_tokens", null)]
    public void The_token_limit_goes_by_the_name_the_server_knows(string url, string model, string field, string? effort)
    {
        var body = Body(url, model, maxOutputTokens: 64);

        Assert.True(body.TryGetProperty(field, out _));
        Assert.False(body.TryGetProperty(field == "max_tokens" ? "max_completion_tokens" : "max_tokens", out _));
        Assert.Equal(effort, body.TryGetProperty("reasoning_effort", out var sent) ? sent.GetString() : null);
    }

    [Theory]
    [InlineData("qwen3-8b", 64, 32, ProbeRung.ContentCheck)]
    [InlineData("qwen3-8b", 64, 16, ProbeRung.Stream)]
    [InlineData("qwen3-8b", 8, 8, ProbeRung.ContentCheck)]
    [InlineData("o3", 64, 64, ProbeRung.Stream)]
    [InlineData("o3", 2048, 512, ProbeRung.Stream)]
    public void A_probe_asks_for_as_few_tokens_as_will_do_and_never_more_than_the_budget(string model, int budget, int expected, ProbeRung rung)
    {
        var body = Body("http://localhost:8000", model, budget, rung);

        Assert.Equal(expected, (body.TryGetProperty("max_tokens", out var old) ? old : body.GetProperty("max_completion_tokens")).GetInt32());
    }

    [Fact]
    public void A_server_that_refuses_stream_options_is_not_sent_them()
    {
        Assert.False(Body("https://api.mistral.ai/v1", "mistral-large-3", 64).TryGetProperty("stream_options", out _));
        Assert.True(Body("http://localhost:8000", "qwen3-8b", 64).GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task A_Claude_request_is_what_the_manual_says()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(Answers.Stream(Answers.Claude("OK"))));
        using var bench = new Bench();
        await bench.ProbeAsync(server.Url);

        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /v1/messages HTTP/1.1\r\n", request);
        Assert.Contains($"\r\nx-api-key: {Bench.Secret}\r\n", request);
        Assert.Contains("\r\nanthropic-version: 2023-06-01\r\n", request);
        Assert.Contains("\r\nContent-Type: application/json\r\n", request);
        Assert.EndsWith("""{"model":"claude-opus-4-8","max_tokens":16,"messages":[{"role":"user","content":"Reply with the word OK."}],"stream":true}""", request);
        Assert.Contains("\r\nUser-Agent: StatusHub-Probe/1\r\n", request);
        Assert.DoesNotContain("traceparent", request);
    }

    [Fact]
    public async Task An_endpoint_without_a_credential_is_asked_without_one()
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(Answers.Stream(Answers.Chat("OK"))));
        using var bench = new Bench();
        await bench.ProbeAsync(server.Url, DialectNames.OpenAiChat, credential: null);

        Assert.DoesNotContain("Authorization", Assert.Single(server.Requests));
    }

    private static JsonElement Body(string url, string model, int maxOutputTokens, ProbeRung rung = ProbeRung.Stream)
    {
        var target = Bench.Target(url, DialectNames.OpenAiChat, rung) with { WireModel = model, MaxOutputTokens = maxOutputTokens };
        using var request = Chat.Ask(target, new Uri(url), "?");
        using var stream = request.Content!.ReadAsStream();
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
