using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Framing;

namespace StatusHub.Probes.Dialects;

/// <summary>
/// One way of asking a model and of reading its answer. A dialect knows addresses, headers, bodies and what a frame means; sending, time,
/// limits and the cutting of bytes into frames are not its business.
/// </summary>
internal interface IDialect
{
    /// <summary>The contract's name.</summary>
    string Name { get; }

    /// <summary>A request for a streamed answer.</summary>
    ProbeRequest Ask(ProbeTarget target, Uri address, string question);

    /// <summary>A request for the models the credential may use.</summary>
    ProbeRequest ListModels(ProbeTarget target, Uri address);

    /// <summary>Reads one frame into the answer.</summary>
    /// <exception cref="System.Text.Json.JsonException">The frame is not JSON.</exception>
    FrameNews Read(in Frame frame, Answer answer);

    /// <summary>Whether an answer that ends here, without the end marker, is complete all the same.</summary>
    bool IsWhole(Answer answer);

    /// <summary>Whether the name in the answer can be compared with the one asked for.</summary>
    bool NamesTheModel(Uri address);

    /// <summary>What an error means. <paramref name="status"/> is 0 for one inside a streamed answer.</summary>
    FailureClass Classify(int status, ProviderError error);
}

/// <summary>The dialects this hub speaks.</summary>
public static class DialectNames
{
    public const string AnthropicMessages = "anthropic-messages";
    public const string OpenAiChat = "openai-chat";

    private static readonly Dictionary<string, IDialect> All = new IDialect[] { new AnthropicMessages(), new OpenAiChat() }
        .ToDictionary(d => d.Name, StringComparer.Ordinal);

    /// <summary>The contract names of the dialects that can be probed, to check an endpoint's configuration with.</summary>
    public static IReadOnlyCollection<string> Spoken => All.Keys;

    internal static IDialect? Find(string name) => All.GetValueOrDefault(name);
}

/// <summary>Output tokens a probe asks for: as few as can be answered in, never more than the endpoint's budget.</summary>
internal static class TokenFloor
{
    /// <summary>Some servers refuse less (OpenAI's own minimum where it has one is 16), and it shows a rate of tokens.</summary>
    private const int Stream = 16;

    /// <summary>Six digits with separators and some politeness.</summary>
    private const int ContentCheck = 32;

    /// <summary>Models that think first spend tokens on it before the first visible one, even at the lowest effort.</summary>
    private const int Reasoning = 512;

    public static int Of(ProbeTarget target, bool reasons)
    {
        var floor = reasons ? Reasoning : target.Rung == ProbeRung.ContentCheck ? ContentCheck : Stream;
        return Math.Max(1, Math.Min(floor, target.MaxOutputTokens));
    }
}
