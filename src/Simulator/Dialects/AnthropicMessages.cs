using System.Globalization;
using System.Text.Json;
using StatusHub.Simulator.Answers;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Dialects;

/// <summary>The dialect <c>anthropic-messages</c>: <c>/v1/messages</c>, its error list, headers and bodies (reference: the provider's API pages on messages and errors).</summary>
internal sealed class AnthropicMessages : IDialect
{
    private const string LimitRequests = "4000";
    private const string LimitTokens = "400000";
    private const string Released = "2025-11-01T00:00:00Z";

    public Refusal Interrupted { get; } = new(529, "overloaded_error", "Overloaded");

    public Refusal? Admit(HttpRequest request)
    {
        var key = request.Headers["x-api-key"].ToString() is { Length: > 0 } own ? own : WireText.BearerKey(request);
        if (string.IsNullOrWhiteSpace(key))
        {
            return new Refusal(401, "authentication_error", "x-api-key header is required");
        }

        if (WireText.IsExpired(key))
        {
            return new Refusal(401, "authentication_error", "invalid x-api-key");
        }

        return request.Headers["anthropic-version"].ToString().Length == 0
            ? Invalid("anthropic-version: header is required")
            : null;
    }

    public Reading Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return NotJson();
        }

        if (WireText.Text(body, "model") is not { } model)
        {
            return Invalid("model: Field required");
        }

        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            return Invalid("messages: Field required");
        }

        var (question, characters) = WireText.Conversation(messages);
        var counting = new ChatRequest(model, 0, WireText.IsTrue(body, "stream"), false, question, Answer.InputTokens(characters));
        if (!body.TryGetProperty("max_tokens", out var limit))
        {
            return new Reading(counting, Invalid("max_tokens: Field required")); // counting tokens needs none
        }

        return limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var maxTokens) && maxTokens >= 1
            ? counting with { MaxTokens = maxTokens }
            : Invalid("max_tokens: must be a whole number of at least 1");
    }

    public Refusal Fault(int status, FaultSet faults) =>
        new(status, TypeOf(status), MessageOf(status), faults.ErrorCode, RetryAfter: faults.RetryAfter);

    public Refusal NoSuchModel(string model) => new(404, "not_found_error", $"model: {WireText.Short(model)}");

    public Refusal NotJson() => Invalid("The request body is not valid JSON");

    public Refusal TooLarge() => new(413, "request_too_large", MessageOf(413));

    public string RequestId(Luck luck) => "req_011C" + luck.Base58(20);

    public string AnswerId(Luck luck) => "msg_01" + luck.Base58(22);

    public void Stamp(IHeaderDictionary headers, string requestId, DateTimeOffset now, TimeSpan taken, bool limited)
    {
        headers["request-id"] = requestId;
        headers["anthropic-organization-id"] = "00000000-0000-4000-8000-000000000001";
        var reset = now.AddSeconds(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        headers["anthropic-ratelimit-requests-limit"] = LimitRequests;
        headers["anthropic-ratelimit-requests-remaining"] = limited ? "0" : "3999";
        headers["anthropic-ratelimit-requests-reset"] = reset;
        foreach (var family in (ReadOnlySpan<string>)["tokens", "input-tokens", "output-tokens"])
        {
            headers[$"anthropic-ratelimit-{family}-limit"] = LimitTokens;
            headers[$"anthropic-ratelimit-{family}-remaining"] = limited ? "0" : "399000";
            headers[$"anthropic-ratelimit-{family}-reset"] = reset;
        }
    }

    public byte[] Error(Refusal refusal, string requestId) => WireText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", refusal.Type);
        json.WriteString("message", refusal.Message);
        if (refusal.Code is { } code)
        {
            json.WriteStartObject("details");
            json.WriteString("error_code", code);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    });

    public byte[] Whole(AnswerHead head, Answer answer) => AnthropicFrames.Message(head, answer);

    public IFrames Stream(AnswerHead head) => new AnthropicFrames(head);

    public byte[] ModelList(IEnumerable<SimulatedModel> models) => WireText.Json(json =>
    {
        var all = models.ToArray();
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var model in all)
        {
            Entry(json, model);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteString("first_id", all.FirstOrDefault()?.WireName);
        json.WriteString("last_id", all.LastOrDefault()?.WireName);
        json.WriteEndObject();
    });

    public byte[] ModelEntry(SimulatedModel model) => WireText.Json(json => Entry(json, model));

    private static void Entry(Utf8JsonWriter json, SimulatedModel model)
    {
        json.WriteStartObject();
        json.WriteString("type", "model");
        json.WriteString("id", model.WireName);
        json.WriteString("display_name", model.Name);
        json.WriteString("created_at", Released);
        json.WriteEndObject();
    }

    private static Refusal Invalid(string message) => new(400, "invalid_request_error", message);

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        < 500 => "invalid_request_error",
        _ => "api_error",
    };

    private static string MessageOf(int status) => status switch
    {
        401 => "invalid x-api-key",
        402 => "The account has a billing problem.",
        403 => "The key has no permission for this.",
        404 => "Not found",
        409 => "The request conflicts with the present state.",
        413 => "Request exceeds the maximum size",
        429 => "The rate limit of this organization is exceeded.",
        504 => "The request timed out.",
        529 => "Overloaded",
        < 500 => "The request is invalid.",
        _ => "Internal server error",
    };
}
