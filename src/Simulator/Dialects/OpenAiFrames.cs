using System.Buffers;
using System.Text;
using System.Text.Json;
using StatusHub.Simulator.Answers;

namespace StatusHub.Simulator.Dialects;

/// <summary>
/// The chunks of a streamed completion: role, contents, finish reason, usage when asked for, <c>[DONE]</c>. What repeats in
/// every chunk is encoded once.
/// </summary>
internal sealed class OpenAiFrames : IFrames
{
    private const string Fingerprint = "fp_5717e5e700";

    private readonly AnswerHead _head;
    private readonly byte[] _start;
    private readonly byte[] _end;

    public OpenAiFrames(AnswerHead head)
    {
        _head = head;
        _start = Encoding.UTF8.GetBytes(
            $$"""data: {"id":"{{head.Id}}","object":"chat.completion.chunk","created":{{head.Created.ToUnixTimeSeconds()}},"model":"{{head.Model}}","service_tier":"default","system_fingerprint":"{{Fingerprint}}","choices":[""");
        _end = Encoding.UTF8.GetBytes(head.Request.WithUsage ? "],\"usage\":null}\n\n" : "]}\n\n");
    }

    public void Open(IBufferWriter<byte> to)
    {
        to.Write(_start);
        to.Write("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}"u8);
        to.Write(_end);
    }

    public void Token(IBufferWriter<byte> to, string text)
    {
        to.Write(_start);
        to.Write("{\"index\":0,\"delta\":{\"content\":\""u8);
        to.Write(WireText.Escaped(text));
        to.Write("\"},\"logprobs\":null,\"finish_reason\":null}"u8);
        to.Write(_end);
    }

    public void Close(IBufferWriter<byte> to, Answer answer)
    {
        to.Write(_start);
        to.Write("{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\""u8);
        to.Write(answer.CutByLength ? "length\"}"u8 : "stop\"}"u8);
        to.Write(_end);
        if (_head.Request.WithUsage)
        {
            to.Write(_start);
            to.Write("],"u8);
            to.Write(Encoding.UTF8.GetBytes(Usage(answer)));
            to.Write("}\n\n"u8);
        }

        to.Write("data: [DONE]\n\n"u8);
    }

    public void Error(IBufferWriter<byte> to) =>
        to.Write("data: {\"error\":{\"message\":\"The server had an error while processing your request.\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n"u8);

    public void Broken(IBufferWriter<byte> to)
    {
        to.Write(_start);
        to.Write("{\"index\":0,\"delta\":{\"cont\n\n"u8);
    }

    /// <summary>The completion object of an answer that is not streamed.</summary>
    public static byte[] Completion(AnswerHead head, Answer answer) => WireText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", head.Id);
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", head.Created.ToUnixTimeSeconds());
        json.WriteString("model", head.Model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", string.Concat(answer.Tokens));
        json.WriteNull("refusal");
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", answer.CutByLength ? "length" : "stop");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("usage");
        Usage(json, head, answer);
        json.WriteEndObject();
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", Fingerprint);
        json.WriteEndObject();
    });

    private static void Usage(Utf8JsonWriter json, AnswerHead head, Answer answer)
    {
        json.WriteNumber("prompt_tokens", head.Request.InputTokens);
        json.WriteNumber("completion_tokens", answer.Tokens.Count);
        json.WriteNumber("total_tokens", head.Request.InputTokens + answer.Tokens.Count);
    }

    private string Usage(Answer answer) =>
        $"\"usage\":{{\"prompt_tokens\":{_head.Request.InputTokens},\"completion_tokens\":{answer.Tokens.Count},\"total_tokens\":{_head.Request.InputTokens + answer.Tokens.Count}}}";
}
