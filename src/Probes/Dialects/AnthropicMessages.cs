using System.Buffers;
using System.Text.Json;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Framing;

namespace StatusHub.Probes.Dialects;

/// <summary>Anthropic's Messages API, version 2023-06-01, and servers that speak it.</summary>
internal sealed class AnthropicMessages : IDialect
{
    private const string Call = "messages";
    private const string Version = "2023-06-01";

    public string Name => DialectNames.AnthropicMessages;

    public ProbeRequest Ask(ProbeTarget target, Uri address, string question)
    {
        var request = Prepare(HttpMethod.Post, target, BaseAddress.At(address, Call, Call));
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, target.WireModel);
            json.WriteNumber("max_tokens"u8, TokenFloor.Of(target, reasons: false)); // thinking is off unless asked for
            json.WriteStartArray("messages"u8);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WriteString("content"u8, question);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteBoolean("stream"u8, true);
            json.WriteEndObject();
        }

        request.Content = JsonBody.Of(body.WrittenMemory);
        return request;
    }

    public ProbeRequest ListModels(ProbeTarget target, Uri address) =>
        Prepare(HttpMethod.Get, target, BaseAddress.At(address, Call, "models"));

    public bool IsWhole(Answer answer) => false;

    public bool NamesTheModel(Uri address) => true;

    public FrameNews Read(in Frame frame, Answer answer)
    {
        var reader = new Utf8JsonReader(frame.Data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameNews.Malformed;
        }

        ReadOnlySpan<byte> kind = default;
        Utf8JsonReader delta = default, message = default, block = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isDelta, isMessage) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("delta"u8), reader.ValueTextEquals("message"u8));
            var isBlock = reader.ValueTextEquals("content_block"u8);
            var isUsage = reader.ValueTextEquals("usage"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
            {
                kind = reader.ValueSpan;
            }
            else if (isUsage)
            {
                ReadUsage(ref reader, answer);
                continue;
            }

            delta = isDelta ? reader : delta;
            message = isMessage ? reader : message;
            block = isBlock ? reader : block;
            reader.Skip();
        }

        reader.Read(); // anything behind the object is an error
        kind = kind.IsEmpty ? frame.Kind : kind;
        return kind.SequenceEqual("content_block_delta"u8) ? ReadDelta(delta, answer)
            : kind.SequenceEqual("content_block_start"u8) ? ReadDelta(block, answer)
            : kind.SequenceEqual("message_start"u8) ? ReadMessage(message, answer)
            : kind.SequenceEqual("message_delta"u8) ? ReadStop(delta, answer)
            : kind.SequenceEqual("message_stop"u8) ? FrameNews.End
            : kind.SequenceEqual("error"u8) ? ReadError(frame, answer)
            : FrameNews.None; // ping, content_block_stop, and kinds yet to come
    }

    public FailureClass Classify(int status, ProviderError error) => error.Type switch
    {
        "overloaded_error" => FailureClass.Overloaded,
        "api_error" when status is 0 or 500 => FailureClass.ServerError,
        "timeout_error" => FailureClass.ProviderTimeout,
        "authentication_error" => HttpFailures.Classify(401, error),
        "billing_error" => FailureClass.QuotaExhausted,
        "permission_error" => HttpFailures.Classify(403, error),
        "not_found_error" => HttpFailures.Classify(404, error),
        "rate_limit_error" => HttpFailures.Classify(429, error),
        "request_too_large" => FailureClass.BadRequest,
        "invalid_request_error" when status is 0 => HttpFailures.Classify(400, error),
        _ => HttpFailures.Classify(status == 0 ? 500 : status, error),
    };

    private static ProbeRequest Prepare(HttpMethod method, ProbeTarget target, Uri address)
    {
        var request = new ProbeRequest(method, address);
        request.Headers.TryAddWithoutValidation("anthropic-version", Version);
        if (target.Credential is { } key)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        }

        return request;
    }

    /// <summary>Text, thinking, or a part of neither; the type may come after the text.</summary>
    private static FrameNews ReadDelta(Utf8JsonReader reader, Answer answer)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameNews.None;
        }

        Utf8JsonReader text = default;
        bool isText = false, isThinking = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var holdsText = reader.ValueTextEquals("text"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
            {
                isText = reader.ValueTextEquals("text_delta"u8) || reader.ValueTextEquals("text"u8);
                isThinking = reader.ValueTextEquals("thinking_delta"u8);
            }

            text = holdsText ? reader : text;
            reader.Skip();
        }

        return isText && answer.Append(in text) ? FrameNews.Text : isThinking ? FrameNews.Reasoning : FrameNews.None;
    }

    private static FrameNews ReadMessage(Utf8JsonReader reader, Answer answer)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameNews.Malformed;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("model"u8))
            {
                answer.Model = reader.ReadText();
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                ReadUsage(ref reader, answer);
            }
            else
            {
                reader.Skip();
            }
        }

        return FrameNews.None;
    }

    private static FrameNews ReadStop(Utf8JsonReader reader, Answer answer)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameNews.None;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("stop_reason"u8))
            {
                reader.Skip();
                continue;
            }

            answer.Stop = reader.ReadText() switch
            {
                null => answer.Stop,
                "max_tokens" or "model_context_window_exceeded" => StopReason.TokenLimit,
                "refusal" => StopReason.Refusal,
                _ => StopReason.Natural,
            };
        }

        return FrameNews.None;
    }

    private static void ReadUsage(ref Utf8JsonReader reader, Answer answer)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input_tokens"u8))
            {
                answer.InputTokens = reader.ReadCount() ?? answer.InputTokens;
            }
            else if (reader.ValueTextEquals("output_tokens"u8))
            {
                answer.OutputTokens = reader.ReadCount() ?? answer.OutputTokens;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static FrameNews ReadError(in Frame frame, Answer answer)
    {
        answer.Error = ProviderError.Parse(frame.Data.ToArray());
        return FrameNews.Error;
    }
}
