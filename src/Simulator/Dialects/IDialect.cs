using System.Buffers;
using System.Text.Json;
using StatusHub.Simulator.Answers;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Dialects;

/// <summary>How one provider family says on the wire what the simulator decided.</summary>
internal interface IDialect
{
    /// <summary>Key and headers; null when the caller may go on.</summary>
    Refusal? Admit(HttpRequest request);

    /// <summary>Reads a chat request; unknown fields are let pass.</summary>
    Reading Read(JsonElement body);

    /// <summary>The error a fault of that status is; <paramref name="faults"/> give its code and retry-after.</summary>
    Refusal Fault(int status, FaultSet faults);

    Refusal NoSuchModel(string model);

    Refusal NotJson();

    Refusal TooLarge();

    /// <summary>What goes wrong when an answer already begun cannot be finished.</summary>
    Refusal Interrupted { get; }

    string RequestId(Luck luck);

    string AnswerId(Luck luck);

    /// <summary>Request id, rate limits and timings, as headers.</summary>
    void Stamp(IHeaderDictionary headers, string requestId, DateTimeOffset now, TimeSpan taken, bool limited);

    byte[] Error(Refusal refusal, string requestId);

    byte[] Whole(AnswerHead head, Answer answer);

    IFrames Stream(AnswerHead head);

    byte[] ModelList(IEnumerable<SimulatedModel> models);

    byte[] ModelEntry(SimulatedModel model);
}

/// <summary>The events of one streamed answer.</summary>
internal interface IFrames
{
    /// <summary>Everything before the first text.</summary>
    void Open(IBufferWriter<byte> to);

    void Token(IBufferWriter<byte> to, string text);

    /// <summary>Everything after the last text, end marker included.</summary>
    void Close(IBufferWriter<byte> to, Answer answer);

    /// <summary>The dialect's own error event, HTTP 200 long sent.</summary>
    void Error(IBufferWriter<byte> to);

    /// <summary>An event whose data stops being JSON halfway.</summary>
    void Broken(IBufferWriter<byte> to);
}

/// <summary>An error as the dialect's own body will say it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The error's type in the dialect's list.</param>
/// <param name="RetryAfter">Seconds for the <c>retry-after</c> header.</param>
internal sealed record Refusal(int Status, string Type, string Message, string? Code = null, string? Param = null, int? RetryAfter = null);

/// <summary>What was asked for, whatever dialect it came in.</summary>
/// <param name="Question">The text of the last user message.</param>
/// <param name="WithUsage">The stream is to end with a usage chunk (OpenAI).</param>
internal sealed record ChatRequest(string Model, int MaxTokens, bool Stream, bool WithUsage, string Question, int InputTokens);

/// <summary>A request, or why it is none.</summary>
internal readonly record struct Reading(ChatRequest? Request, Refusal? Refusal)
{
    public static implicit operator Reading(ChatRequest request) => new(request, null);

    public static implicit operator Reading(Refusal refusal) => new(null, refusal);
}

/// <summary>What the frame around an answer says.</summary>
internal sealed record AnswerHead(string Id, string Model, DateTimeOffset Created, ChatRequest Request);
