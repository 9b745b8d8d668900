using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using StatusHub.Web.Api;
using StatusHub.Web.Start;

namespace StatusHub.Web.Access;

/// <summary>Marks a route that keeps its own count of keys: see <see cref="KeyDoor"/>.</summary>
internal sealed record GuardedKeys;

/// <summary>
/// Before a key is looked up on a route that good keys may call as often as they like: an address that has shown too many wrong ones
/// is told to wait, and a key in the address of the call is refused, because addresses end up in logs.
/// </summary>
internal sealed class KeyDoor(RequestDelegate next, HubStart start, IOptions<IngestOptions> options) : IDisposable
{
    private const int RetrySeconds = 60;
    private const int StartingRetrySeconds = 2;

    private static readonly string[] KeyNames = ["access_token", "api_key", "apikey", "key", "token"];

    private readonly PartitionedRateLimiter<string> _wrong = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.WrongKeysPerMinuteAndAddress,
            Window = TimeSpan.FromSeconds(RetrySeconds),
        }));

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GuardedKeys>() is null)
        {
            await next(context);
            return;
        }

        if (!start.IsDone)
        {
            // No keys and no log to look into yet.
            await (Problem.Answer(ProblemKind.Unavailable, "The hub is starting and has not reached its storage yet.") with { RetryAfterSeconds = StartingRetrySeconds }).ExecuteAsync(context);
            return;
        }

        if (context.Request.QueryString.HasValue && context.Request.Query.Any(q => KeyNames.Contains(q.Key, StringComparer.OrdinalIgnoreCase) || q.Value.Any(IsKey)))
        {
            await FeedProblem.Answer(FeedProblem.KeyInUrl, "Send the key as Authorization: Bearer, and revoke this one: addresses end up in logs.").ExecuteAsync(context);
            return;
        }

        var showsKey = context.Request.Headers.Authorization.Count > 0; // who reads as a guest has no part in who guesses behind the same address
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (showsKey && _wrong.GetStatistics(address)?.CurrentAvailablePermits is 0)
        {
            await (Problem.Answer(ProblemKind.TooMany, "Too many wrong keys came from this address.") with { RetryAfterSeconds = RetrySeconds }).ExecuteAsync(context);
            return;
        }

        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized && showsKey)
        {
            _wrong.AttemptAcquire(address).Dispose();
        }
    }

    public void Dispose() => _wrong.Dispose();

    private static bool IsKey(string? value) => value?.StartsWith(ApiKeys.KeyStart, StringComparison.Ordinal) is true;
}
