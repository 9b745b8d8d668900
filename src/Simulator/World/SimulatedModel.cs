using StatusHub.Domain.Catalog;

namespace StatusHub.Simulator.World;

/// <summary>One model of the simulated world, with what is usual for it.</summary>
/// <param name="Id">Its public id; the part after the slash is also its name on the wire.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Dialect">A wire dialect by its contract name.</param>
/// <param name="Domains">Failure domains it belongs to.</param>
/// <param name="TtftMs">Usual median time to first token, in milliseconds.</param>
/// <param name="TokensPerSecond">Usual output speed after the first token.</param>
public sealed record SimulatedModel(
    ModelId Id, string Name, string Dialect, IReadOnlyList<string> Domains, double TtftMs, double TokensPerSecond)
{
    public string Provider => Id.Provider;

    public string WireName => Id.Name;
}

/// <summary>The dialects spoken, by their contract names.</summary>
public static class DialectNames
{
    public const string AnthropicMessages = "anthropic-messages";
    public const string OpenAiChat = "openai-chat";
}
