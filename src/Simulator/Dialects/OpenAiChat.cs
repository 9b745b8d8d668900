using System.Text.Json;
using StatusHub.Simulator.Answers;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Dialects;

/// <summary>The dialect <c>openai-chat</c>: <c>/v1/chat/completions</c>, its error codes, headers and bodies (reference: the provider's API pages on chat and error codes).</summary>
internal sealed class OpenAiChat : IDialect
{
    private static readonly long Released = new DateTimeOffset(2025, 11, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public Refusal Interrupted { get; } = new(500, "server_error", "The server had an error while processing your request.");

    public Refusal? Admit(HttpRequest request)
    {
        var key = WireText.BearerKey(request);
        if (string.IsNullOrWhiteSpace(key))
        {
            return new Refusal(401, "invalid_request_error", "You didn't provide an API key.");
        }

        return WireText.IsExpired(key) ? WrongKey() : null;
    }

    public Reading Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return NotJson();
        }

        if (WireText.Text(body, "model") is not { } model)
        {
            return Missing("model");
        }

        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            return Missing("messages");
        }

        if (messages.GetArrayLength() == 0)
        {
            return Invalid("Invalid 'messages': empty array. Expected an array with minimum length 1.", "empty_array", "messages");
        }

        foreach (var name in (ReadOnlySpan<string>)["max_completion_tokens", "max_tokens"])
        {
            if (body.TryGetProperty(name, out var limit) && limit.ValueKind != JsonValueKind.Null)
            {
                return limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var maxTokens) && maxTokens >= 1
                    ? Request(body, model, messages, maxTokens)
                    : Invalid($"Invalid '{name}': expected a value of at least 1.", "integer_below_min_value", name);
            }
        }

        return Request(body, model, messages, int.MaxValue);
    }

    public Refusal Fault(int status, FaultSet faults)
    {
        var usual = status switch
        {
            401 => WrongKey(),
            403 => new Refusal(status, "request_forbidden", "Country, region, or territory not supported", "unsupported_country_region_territory"),
            404 => new Refusal(status, "invalid_request_error", "The model does not exist or you do not have access to it.", "model_not_found"),
            429 when faults.ErrorCode is "insufficient_quota" or "credit_balance_exhausted" =>
                new Refusal(status, "insufficient_quota", "You exceeded your current quota, please check your plan and billing details."),
            429 => new Refusal(status, "requests", "Rate limit reached for requests per minute.", "rate_limit_exceeded"),
            503 => new Refusal(status, "service_unavailable_error", "The server is currently overloaded with other requests.", "server_is_overloaded"),
            < 500 => new Refusal(status, "invalid_request_error", "The request is invalid."),
            _ => Interrupted with { Status = status },
        };
        return usual with { Code = faults.ErrorCode ?? usual.Code, RetryAfter = faults.RetryAfter };
    }

    public Refusal NoSuchModel(string model) => new(
        404, "invalid_request_error", $"The model `{WireText.Short(model)}` does not exist or you do not have access to it.", "model_not_found");

    public Refusal NotJson() => Invalid("We could not parse the JSON body of your request.");

    public Refusal TooLarge() => new(413, "invalid_request_error", "The request body is too large.", "request_too_large");

    public string RequestId(Luck luck) => "req_" + luck.Hex;

    public string AnswerId(Luck luck) => "chatcmpl-" + luck.Base58(22);

    public void Stamp(IHeaderDictionary headers, string requestId, DateTimeOffset now, TimeSpan taken, bool limited)
    {
        headers["x-request-id"] = requestId;
        headers["openai-version"] = "2020-10-01";
        headers["openai-organization"] = "statushub-simulator";
        headers["openai-processing-ms"] = ((long)taken.TotalMilliseconds).ToString();
        headers["x-ratelimit-limit-requests"] = "10000";
        headers["x-ratelimit-limit-tokens"] = "2000000";
        headers["x-ratelimit-remaining-requests"] = limited ? "0" : "9999";
        headers["x-ratelimit-remaining-tokens"] = "1999900";
        headers["x-ratelimit-reset-requests"] = limited ? "1m30s" : "6ms";
        headers["x-ratelimit-reset-tokens"] = "3ms";
    }

    public byte[] Error(Refusal refusal, string requestId) => WireText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", refusal.Message);
        json.WriteString("type", refusal.Type);
        json.WriteString("param", refusal.Param);
        json.WriteString("code", refusal.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public byte[] Whole(AnswerHead head, Answer answer) => OpenAiFrames.Completion(head, answer);

    public IFrames Stream(AnswerHead head) => new OpenAiFrames(head);

    public byte[] ModelList(IEnumerable<SimulatedModel> models) => WireText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in models)
        {
            Entry(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public byte[] ModelEntry(SimulatedModel model) => WireText.Json(json => Entry(json, model));

    private static void Entry(Utf8JsonWriter json, SimulatedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.WireName);
        json.WriteString("object", "model");
        json.WriteNumber("created", Released);
        json.WriteString("owned_by", model.Provider);
        json.WriteEndObject();
    }

    private static ChatRequest Request(JsonElement body, string model, JsonElement messages, int maxTokens)
    {
        var (question, characters) = WireText.Conversation(messages);
        var withUsage = body.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object &&
            WireText.IsTrue(options, "include_usage");
        return new ChatRequest(model, maxTokens, WireText.IsTrue(body, "stream"), withUsage, question, Answer.InputTokens(characters));
    }

    // The real one repeats the key with its middle struck out; nothing here repeats any of it.
    private static Refusal WrongKey() => new(401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key");

    private static Refusal Missing(string name) => Invalid($"Missing required parameter: '{name}'.", "missing_required_parameter", name);

    private static Refusal Invalid(string message, string? code = null, string? param = null) =>
        new(400, "invalid_request_error", message, code, param);
}
