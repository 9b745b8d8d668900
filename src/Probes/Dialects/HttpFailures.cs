using StatusHub.Domain.Evidence;

namespace StatusHub.Probes.Dialects;

/// <summary>What error statuses mean where the dialect has nothing more exact to say.</summary>
internal static class HttpFailures
{
    private static readonly string[] BlockedRegion =
        ["unsupported_country", "country, region", "not available in your country", "not available in your region", "location is not supported", "Request not allowed"];

    private static readonly string[] Suspended = ["account_deactivated", "access_terminated", "has been disabled", "has been suspended", "account is suspended"];

    private static readonly string[] LongContext =
        ["context_length_exceeded", "maximum context length", "prompt is too long", "context window", "exceeds the available context size"];

    private static readonly string[] Filtered = ["content_filter", "content_policy", "content management policy", "flagged"];

    private static readonly string[] NoBudget =
        ["Could not finish the message because max_tokens", "max_tokens or model output limit was reached"];

    private static readonly string[] NoMoney =
    [
        "insufficient_quota", "spend limit", "spend_limit", "credit_balance", "credit balance", "billing_hard_limit", "insufficient balance",
        "insufficient credits", "billing_error", "payment required",
    ];

    private static readonly string[] AllBusy = ["overloaded", "high demand", "slow_down", "capacity exceeded", "at capacity"];

    /// <summary>
    /// What went wrong, by the provider's words first (they are the same over all statuses), then by the status.
    /// </summary>
    public static FailureClass Classify(int status, ProviderError error) => status switch
    {
        400 or 422 => BadRequest(error),
        401 => error.SaysAny(Suspended) ? FailureClass.AccessSuspended : FailureClass.Auth,
        402 => FailureClass.QuotaExhausted,
        403 => Forbidden(error),
        404 => NotFound(error),
        408 or 504 or 522 or 524 => FailureClass.ProviderTimeout,
        409 or 425 => FailureClass.ServerError,
        410 => FailureClass.ModelGone,
        429 => TooMany(error),
        451 => FailureClass.RegionBlocked,
        502 or 520 or 521 or 523 or 525 or 526 or 530 => FailureClass.BadGateway,
        // Without a word from an API it is the proxy in front that has nobody to pass the request to.
        503 => error.IsStructured ? FailureClass.Overloaded : FailureClass.BadGateway,
        529 => FailureClass.Overloaded,
        >= 500 => FailureClass.ServerError,
        _ => FailureClass.BadRequest,
    };

    private static FailureClass BadRequest(ProviderError error) =>
        error.SaysAny(NoBudget) ? FailureClass.TokenBudgetExhausted
        : error.SaysAny(LongContext) ? FailureClass.ContextLength
        : error.SaysAny(NoMoney) ? FailureClass.QuotaExhausted
        : error.SaysAny(Suspended) ? FailureClass.AccessSuspended
        : error.SaysAny(BlockedRegion) ? FailureClass.RegionBlocked
        : error.SaysAny(Filtered) ? FailureClass.ContentFiltered
        : error.SaysAny("invalid_api_key", "API key not valid") ? FailureClass.Auth
        : error.SaysAny("model_not_found", "not a valid model", "invalid model", "decommissioned") ? FailureClass.ModelGone
        : FailureClass.BadRequest;

    private static FailureClass Forbidden(ProviderError error) =>
        error.SaysAny(BlockedRegion) ? FailureClass.RegionBlocked
        : error.SaysAny(Suspended) ? FailureClass.AccessSuspended
        : error.SaysAny(NoMoney) ? FailureClass.QuotaExhausted
        : error.SaysAny(Filtered) || error.Says("moderation") ? FailureClass.ContentFiltered
        : FailureClass.Permission;

    /// <summary>A model that is gone is named so by an API; any other 404 is an address nothing answers at, which is ours to mend.</summary>
    private static FailureClass NotFound(ProviderError error) =>
        error.IsStructured && error.SaysAny("model", "not_found_error", "deployment") ? FailureClass.ModelGone : FailureClass.BadRequest;

    private static FailureClass TooMany(ProviderError error) =>
        error.SaysAny(NoMoney) ? FailureClass.QuotaExhausted
        : error.SaysAny(AllBusy) ? FailureClass.Overloaded
        : FailureClass.RateLimited;
}
