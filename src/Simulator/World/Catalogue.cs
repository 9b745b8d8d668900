using StatusHub.Domain.Catalog;

namespace StatusHub.Simulator.World;

/// <summary>The seven models of four providers that every scenario file speaks of.</summary>
public static class Catalogue
{
    public static IReadOnlyList<SimulatedModel> Default { get; } =
    [
        Model("anthropic/claude-opus-4-8", "Claude Opus 4.8", DialectNames.AnthropicMessages, 900, 55, "anthropic", "anthropic-router", "anthropic-opus-cells"),
        Model("anthropic/claude-sonnet-4-6", "Claude Sonnet 4.6", DialectNames.AnthropicMessages, 650, 75, "anthropic", "anthropic-router"),
        Model("anthropic/claude-haiku-4-5", "Claude Haiku 4.5", DialectNames.AnthropicMessages, 350, 130, "anthropic", "anthropic-haiku-cell"),
        Model("openai/gpt-5-2", "GPT-5.2", DialectNames.OpenAiChat, 700, 70, "openai", "azure-south-central"),
        Model("openai/gpt-5-2-mini", "GPT-5.2 mini", DialectNames.OpenAiChat, 400, 120, "openai"),
        Model("mistral/mistral-large-3", "Mistral Large 3", DialectNames.OpenAiChat, 450, 80, "mistral", "edge-a"),
        Model("local/qwen3-8b", "Qwen3 8B", DialectNames.OpenAiChat, 250, 60, "own-datacentre"),
    ];

    /// <summary>A provider's name for people.</summary>
    public static string ProviderName(string provider) => provider switch
    {
        "anthropic" => "Anthropic",
        "openai" => "OpenAI",
        "mistral" => "Mistral AI",
        "local" => "Own data centre",
        _ => provider,
    };

    private static SimulatedModel Model(string id, string name, string dialect, double ttftMs, double tokensPerSecond, params string[] domains) =>
        new(ModelId.Parse(id), name, dialect, domains, ttftMs, tokensPerSecond);
}
