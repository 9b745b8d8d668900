using System.Globalization;
using StatusHub.Domain.Evidence;

namespace StatusHub.Feed.Meaning;

/// <summary>The names senders give to failed requests, as our classes of failure.</summary>
internal static class ErrorClass
{
    /// <summary>
    /// Our own names, HTTP status codes (as OpenTelemetry's <c>error.type</c> has them), and the words for time-outs and lost connections that
    /// client libraries use. Everything else failed in a way we do not know: <see cref="FailureClass.None"/>.
    /// </summary>
    public static FailureClass Of(string name)
    {
        if (name != "none" && FailureClasses.TryParse(name, out var failure))
        {
            return failure;
        }

        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            return OfStatus(status);
        }

        var word = name.ToLowerInvariant();
        return word.Contains("ratelimit", StringComparison.Ordinal) || word.Contains("rate_limit", StringComparison.Ordinal) ? FailureClass.RateLimited
            : word.Contains("overloaded", StringComparison.Ordinal) ? FailureClass.Overloaded
            : word.Contains("timeout", StringComparison.Ordinal) || word.Contains("timed_out", StringComparison.Ordinal) ? FailureClass.ProviderTimeout
            : word.Contains("authentication", StringComparison.Ordinal) ? FailureClass.Auth
            : word.Contains("permission", StringComparison.Ordinal) ? FailureClass.Permission
            : word.Contains("badrequest", StringComparison.Ordinal) || word.Contains("invalid_request", StringComparison.Ordinal) ? FailureClass.BadRequest
            : word.Contains("connection", StringComparison.Ordinal) ? FailureClass.Connect
            : FailureClass.None;
    }

    /// <summary>Whether a failure speaks about the model. One of unknown name does: each organisation's usual share of them is its own baseline.</summary>
    public static bool IsProvidersOrNetworks(FailureClass failure) =>
        FailureClasses.BlameOf(failure) is Blame.None or Blame.Provider or Blame.Network;

    private static FailureClass OfStatus(int status) => status switch
    {
        401 => FailureClass.Auth,
        402 => FailureClass.QuotaExhausted,
        403 => FailureClass.Permission,
        408 => FailureClass.ProviderTimeout,
        413 => FailureClass.ContextLength,
        429 => FailureClass.RateLimited,
        >= 400 and < 500 => FailureClass.BadRequest,
        502 or 504 => FailureClass.BadGateway,
        503 or 529 => FailureClass.Overloaded,
        >= 500 and < 600 => FailureClass.ServerError,
        _ => FailureClass.None,
    };
}
