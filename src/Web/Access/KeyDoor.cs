using System.Net;
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
internal sealed class KeyDoor(ApiKeys keys, HubStart start, IOptions<IngestOptions> options) : IDisposable
{
    private const int RetrySeconds = 60;
    private const int StartingRetrySeconds = 2;

    private static readonly string[] KeyNames = ["access_token", "api_key", "apikey", "key", "token"];

    private readonly PartitionedRateLimiter<IPAddress> _wrong = LimitPerKey.Of<IPAddress>(_ => new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions
    {
        PermitLimit = options.Value.WrongKeysPerMinuteAndAddress,
        Window = TimeSpan.FromSeconds(RetrySeconds),
        AutoReplenishment = false,
    }));

    /// <summary>Stands before the routes marked by <see cref="GuardedKeys"/>.</summary>
    public static void Use(IApplicationBuilder app)
    {
        var door = app.ApplicationServices.GetRequiredService<KeyDoor>();
        app.Use((context, next) => context.GetEndpoint()?.Metadata.GetMetadata<GuardedKeys>() is null ? next(context) : door.GuardAsync(context, next));
    }

    /// <summary>
    /// Who a call comes from, for a route that is called too often to go through authentication and authorisation for it
    /// (a fifth of what accepting an event cost). The answers are theirs.
    /// </summary>
    /// <param name="scopes">Each of them opens the route; the first is the one asked for.</param>
    public async ValueTask<(KeyHolder? Holder, Answer? Refusal)> AdmitAsync(HttpContext context, string[] scopes)
    {
        if (RefusalOf(context) is { } refusal)
        {
            return (null, refusal);
        }

        var holder = context.Request.KeyText() is { } key ? await keys.FindAsync(key, context.RequestAborted) : null;
        if (holder is null)
        {
            NoteWrong(context);
            return (null, KeyProblem.Unknown(context));
        }

        return Array.Exists(scopes, s => holder.Scopes.Contains(s)) ? (holder, null) : (null, KeyProblem.Lacks(context, scopes[0]));
    }

    public void Dispose() => _wrong.Dispose();

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (RefusalOf(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            NoteWrong(context);
        }
    }

    private Answer? RefusalOf(HttpContext context)
    {
        if (!start.IsDone)
        {
            // No keys and no log to look into yet.
            return Problem.Answer(ProblemKind.Unavailable, "The hub is starting and has not reached its storage yet.") with { RetryAfterSeconds = StartingRetrySeconds };
        }

        if (context.Request.QueryString.HasValue && context.Request.Query.Any(q => KeyNames.Contains(q.Key, StringComparer.OrdinalIgnoreCase) || q.Value.Any(IsKey)))
        {
            return FeedProblem.Answer(FeedProblem.KeyInUrl, "Send the key as Authorization: Bearer, and revoke this one: addresses end up in logs.");
        }

        return ShowsKey(context) && _wrong.GetStatistics(AddressOf(context))?.CurrentAvailablePermits is 0
            ? Problem.Answer(ProblemKind.TooMany, "Too many wrong keys came from this address.") with { RetryAfterSeconds = RetrySeconds }
            : null;
    }

    private void NoteWrong(HttpContext context)
    {
        if (ShowsKey(context))
        {
            _wrong.AttemptAcquire(AddressOf(context)).Dispose();
        }
    }

    // Who reads as a guest has no part in who guesses behind the same address.
    private static bool ShowsKey(HttpContext context) => context.Request.Headers.Authorization.Count > 0;

    private static IPAddress AddressOf(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    private static bool IsKey(string? value) => value?.StartsWith(ApiKeys.KeyStart, StringComparison.Ordinal) is true;
}

/// <summary>What a caller without a good key is told (RFC 6750, section 3).</summary>
internal static class KeyProblem
{
    private const string Realm = "Bearer realm=\"statushub\"";

    public static Answer Unknown(HttpContext context)
    {
        var tried = context.Request.Headers.Authorization.Count > 0;
        context.Response.Headers.WWWAuthenticate = tried ? Realm + ", error=\"invalid_token\"" : Realm;
        return Problem.Answer(ProblemKind.Unauthorized, tried ? "The key is unknown or revoked." : "Send Authorization: Bearer and an API key.");
    }

    public static Answer Lacks(HttpContext context, string? scope)
    {
        context.Response.Headers.WWWAuthenticate = $"{Realm}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return Problem.Answer(ProblemKind.Forbidden, $"The key lacks the scope {scope}.");
    }
}
