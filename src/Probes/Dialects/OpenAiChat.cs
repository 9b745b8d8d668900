using System.Buffers;
using System.Text.Json;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Framing;

namespace StatusHub.Probes.Dialects;

/// <summary>OpenAI's Chat Completions, and every server that is compatible with it.</summary>
internal sealed class OpenAiChat : IDialect
{
    private const string Call = "chat/completions";

    public string Name => DialectNames.OpenAiChat;

    public ProbeRequest Ask(ProbeTarget target, Uri address, string question)
    {
        var request = Prepare(HttpMethod.Post, target, BaseAddress.At(address, Call, Call));
        var model = OpenAiModel.Of(address, target.WireModel);
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, target.WireModel);
            json.WriteNumber(model.NewTokenField ? "max_completion_tokens"u8 : "max_tokens"u8, TokenFloor.Of(target, model.Reasons));
            if (model.Effort is { } effort)
            {
                json.WriteString("reasoning_effort"u8, effort);
            }

            json.WriteStartArray("messages"u8);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WriteString("content"u8, question);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteBoolean("stream"u8, true);
            if (model.AsksForUsage)
            {
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        request.Content = JsonBody.Of(body.WrittenMemory);
        return request;
    }

    public ProbeRequest ListModels(ProbeTarget target, Uri address) =>
        Prepare(HttpMethod.Get, target, BaseAddress.At(address, Call, "models"));

    /// <summary>Some servers close after the finish reason without saying <c>[DONE]</c>.</summary>
    public bool IsWhole(Answer answer) => answer.Stop is not (StopReason.None or StopReason.Error);

    /// <summary>Azure is asked for a deployment and answers with the model behind it.</summary>
    public bool NamesTheModel(Uri address) => !IsAzure(address.Host);

    public FrameNews Read(in Frame frame, Answer answer)
    {
        if (frame.Data.SequenceEqual("[DONE]"u8))
        {
            return FrameNews.End;
        }

        var reader = new Utf8JsonReader(frame.Data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return FrameNews.Malformed;
        }

        var news = FrameNews.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                news |= ReadChoices(ref reader, answer);
            }
            else if (reader.ValueTextEquals("model"u8) && answer.Model is not { Length: > 0 })
            {
                answer.Model = reader.ReadText();
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                ReadUsage(ref reader, answer);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                news |= reader.TokenType == JsonTokenType.Null ? FrameNews.None : FrameNews.Error;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // anything behind the object is an error
        if (frame.Kind.SequenceEqual("error"u8) || news.HasFlag(FrameNews.Error))
        {
            answer.Error = ProviderError.Parse(frame.Data.ToArray());
            return news | FrameNews.Error;
        }

        return news;
    }

    public FailureClass Classify(int status, ProviderError error)
    {
        var known = error.Code is { Length: > 0 } code ? ByCode(code) : null;
        known ??= error.Type switch
        {
            "insufficient_quota" => FailureClass.QuotaExhausted,
            "rate_limit_error" or "rate_limit_exceeded" when status is 0 => FailureClass.RateLimited,
            "service_unavailable_error" or "overloaded_error" or "engine_overloaded_error" => FailureClass.Overloaded,
            "invalid_request_error" when status is 0 => HttpFailures.Classify(400, error),
            _ => null,
        };
        return known ?? HttpFailures.Classify(status != 0 ? status : error.StatusInCode != 0 ? error.StatusInCode : 500, error);
    }

    internal static bool IsAzure(string host) => host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>Codes that say more than the status they come with.</summary>
    private static FailureClass? ByCode(string code) => code switch
    {
        "insufficient_quota" or "credit_balance_exhausted" or "billing_hard_limit_reached" or "billing_not_active" => FailureClass.QuotaExhausted,
        "rate_limit_exceeded" => FailureClass.RateLimited,
        "slow_down" or "server_is_overloaded" => FailureClass.Overloaded,
        "context_length_exceeded" => FailureClass.ContextLength,
        "model_not_found" => FailureClass.ModelGone,
        "invalid_api_key" => FailureClass.Auth,
        "account_deactivated" => FailureClass.AccessSuspended,
        "unsupported_country_region_territory" => FailureClass.RegionBlocked,
        "content_filter" or "content_policy_violation" => FailureClass.ContentFiltered,
        _ => null,
    };

    private static ProbeRequest Prepare(HttpMethod method, ProbeTarget target, Uri address)
    {
        var request = new ProbeRequest(method, address);
        if (target.Credential is { } key)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
            if (IsAzure(address.Host))
            {
                request.Headers.TryAddWithoutValidation("api-key", key);
            }
        }

        return request;
    }

    private static FrameNews ReadChoices(ref Utf8JsonReader reader, Answer answer)
    {
        var news = FrameNews.None;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return news;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("message"u8))
                {
                    news |= ReadDelta(ref reader, answer);
                }
                else if (reader.ValueTextEquals("finish_reason"u8))
                {
                    var stop = StopOf(reader.ReadText()) ?? answer.Stop;
                    answer.Stop = answer.Stop == StopReason.Refusal ? StopReason.Refusal : stop;
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return news;
    }

    private static FrameNews ReadDelta(ref Utf8JsonReader reader, Answer answer)
    {
        var news = FrameNews.None;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return news;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isText = reader.ValueTextEquals("content"u8);
            var isRefusal = reader.ValueTextEquals("refusal"u8);
            var isReasoning = reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8);
            reader.Read();
            var holds = reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty;
            if (isText && answer.Append(in reader))
            {
                news |= FrameNews.Text;
            }
            else if (isRefusal && holds)
            {
                answer.Stop = StopReason.Refusal;
            }
            else if (isReasoning && holds)
            {
                news |= FrameNews.Reasoning;
            }

            reader.Skip();
        }

        return news;
    }

    private static StopReason? StopOf(string? reason) => reason switch
    {
        null or "" => null,
        "length" => StopReason.TokenLimit,
        "content_filter" => StopReason.Filtered,
        "error" => StopReason.Error,
        _ => StopReason.Natural,
    };

    private static void ReadUsage(ref Utf8JsonReader reader, Answer answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                answer.InputTokens = reader.ReadCount() ?? answer.InputTokens;
            }
            else if (reader.ValueTextEquals("completion_tokens"u8))
            {
                answer.OutputTokens = reader.ReadCount() ?? answer.OutputTokens;
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
