using System.Buffers;
using StatusHub.Simulator.Answers;

namespace StatusHub.Simulator.Dialects;

/// <summary>
/// The event sequence of a streamed message: message_start, content_block_start, ping, deltas, content_block_stop,
/// message_delta, message_stop; each event's name equals its <c>type</c>.
/// </summary>
internal sealed class AnthropicFrames(AnswerHead head) : IFrames
{
    public void Open(IBufferWriter<byte> to)
    {
        to.Write("event: message_start\ndata: {\"type\":\"message_start\",\"message\":"u8);
        to.Write(Message(head, null));
        to.Write("}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"u8);
        to.Write("event: ping\ndata: {\"type\": \"ping\"}\n\n"u8);
    }

    public void Token(IBufferWriter<byte> to, string text)
    {
        to.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""u8);
        to.Write(WireText.Escaped(text));
        to.Write("\"}}\n\n"u8);
    }

    public void Close(IBufferWriter<byte> to, Answer answer)
    {
        to.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"u8);
        to.Write("event: message_delta\ndata: "u8);
        to.Write(WireText.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_delta");
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", StopReason(answer));
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            json.WriteStartObject("usage");
            json.WriteNumber("output_tokens", answer.Tokens.Count);
            json.WriteEndObject();
            json.WriteEndObject();
        }));
        to.Write("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }

    public void Error(IBufferWriter<byte> to) =>
        to.Write("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"u8);

    public void Broken(IBufferWriter<byte> to) =>
        to.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_d\n\n"u8);

    /// <summary>The message object: whole, or with no content yet when <paramref name="answer"/> is null.</summary>
    public static byte[] Message(AnswerHead head, Answer? answer) => WireText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", head.Id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", head.Model);
        json.WriteStartArray("content");
        if (answer is { Tokens.Count: > 0 })
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", string.Concat(answer.Tokens));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("stop_reason", answer is null ? null : StopReason(answer));
        json.WriteNull("stop_sequence");
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", head.Request.InputTokens);
        json.WriteNumber("cache_creation_input_tokens", 0);
        json.WriteNumber("cache_read_input_tokens", 0);
        json.WriteNumber("output_tokens", answer?.Tokens.Count ?? 1);
        json.WriteString("service_tier", "standard");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string StopReason(Answer answer) => answer.CutByLength ? "max_tokens" : "end_turn";
}
