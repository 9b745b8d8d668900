using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Json;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Microsoft.AspNetCore.Builder;
using OpenAI;
using OpenAI.Chat;
using StatusHub.Simulator;

namespace StatusHub.Scenarios.Simulator;

/// <summary>A simulator of a test's own, fast and free of chance failures, and the providers' official clients to talk to it.</summary>
internal sealed class SimulatedWorld : IAsyncDisposable
{
    public const string Opus = "anthropic/claude-opus-4-8";
    public const string Sonnet = "anthropic/claude-sonnet-4-6";
    public const string Haiku = "anthropic/claude-haiku-4-5";
    public const string Gpt = "openai/gpt-5-2";

    private readonly WebApplication _app;

    private SimulatedWorld(WebApplication app)
    {
        _app = app;
        Address = SimulatorApp.AddressOf(app);
        Http = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public string Address { get; }

    public HttpClient Http { get; }

    public static async Task<SimulatedWorld> Start(TimeProvider? clock = null, Action<SimulatorOptions>? tune = null)
    {
        var app = SimulatorApp.Build([], clock ?? TimeProvider.System, TimeProvider.System, options =>
        {
            options.LatencyScale = 0.01;
            options.HealthyErrorRate = 0;
            options.Seed = 1;
            tune?.Invoke(options);
        });
        await app.StartAsync();
        return new SimulatedWorld(app);
    }

    public AnthropicClient Anthropic(string key = "sk-test") => new() { ApiKey = key, BaseUrl = $"{Address}/anthropic", MaxRetries = 0 };

    public ChatClient OpenAi(string key = "sk-test", string model = "gpt-5-2") => new(model, new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri($"{Address}/openai/v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    public async Task Fail(string model, object faults)
    {
        using var answer = await Http.PutAsJsonAsync($"/control/models/{model}", faults);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> Get(string path) => await Http.GetFromJsonAsync<JsonElement>(path);

    public static MessageCreateParams Ask(string text, string model = "claude-opus-4-8", long maxTokens = 64) => new()
    {
        Model = model,
        MaxTokens = maxTokens,
        Messages = [new UserMessageParam { Content = text }],
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
