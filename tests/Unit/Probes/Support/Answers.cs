using System.Globalization;
using System.Text;

namespace StatusHub.Unit.Probes.Support;

/// <summary>Answers as the two dialects put them on the wire.</summary>
internal static class Answers
{
    public const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nrequest-id: req_1\r\nTransfer-Encoding: chunked\r\n\r\n";

    public const string LastChunk = "0\r\n\r\n";

    public static string Chunk(string text) =>
        Encoding.UTF8.GetByteCount(text).ToString("x", CultureInfo.InvariantCulture) + "\r\n" + text + "\r\n";

    public static string Stream(string body) => StreamHead + (body.Length > 0 ? Chunk(body) : "") + LastChunk;

    public static string Error(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nx-request-id: req_e\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static string Ok(string body, string type = "application/json") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>The opening of an Anthropic answer.</summary>
    public static string ClaudeStart(string model = "claude-opus-4-8") =>
        Event("message_start", $$$$"""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"{{{{model}}}}","content":[],"stop_reason":null,"usage":{"input_tokens":21,"output_tokens":1}}}""")
        + Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")
        + Event("ping", """{"type":"ping"}""");

    public static string ClaudeText(string text) =>
        Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""");

    public static string ClaudeStop(string reason = "end_turn") =>
        Event("content_block_stop", """{"type":"content_block_stop","index":0}""")
        + Event("message_delta", $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":7}}""");

    public static string ClaudeEnd => Event("message_stop", """{"type":"message_stop"}""");

    public static string Claude(string text, string reason = "end_turn", string model = "claude-opus-4-8") =>
        ClaudeStart(model) + (text.Length > 0 ? ClaudeText(text) : "") + ClaudeStop(reason) + ClaudeEnd;

    public static string ChatText(string text, string model = "gpt-5-2") =>
        Data($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"{{{model}}}","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}],"usage":null}""");

    public static string ChatStart(string model = "gpt-5-2") =>
        Data($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"{{{model}}}","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""");

    public static string ChatStop(string reason = "stop", string model = "gpt-5-2") =>
        Data($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"{{{model}}}","choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}],"usage":null}""")
        + Data($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"{{{model}}}","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":7,"total_tokens":26}}""");

    public static string Done => Data("[DONE]");

    public static string Chat(string text, string reason = "stop", string model = "gpt-5-2") =>
        ChatStart(model) + (text.Length > 0 ? ChatText(text, model) : "") + ChatStop(reason, model) + Done;

    public static string Data(string data) => $"data: {data}\n\n";

    private static string Event(string kind, string data) => $"event: {kind}\ndata: {data}\n\n";
}
