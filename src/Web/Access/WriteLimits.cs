using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using StatusHub.Web.Api;

namespace StatusHub.Web.Access;

/// <summary>Marks a route whose calls are counted by <see cref="WriteLimits"/>.</summary>
internal sealed record CountedWrite;

/// <summary>
/// How many writes a key and an address may make. Counted before the key is looked up, so that guessing keys costs the
/// guesser and not the database.
/// </summary>
internal static class WriteLimits
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddWriteLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ApiOptions>>((limiter, api) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                By(AddressOf, api.Value.WritesPerMinuteAndAddress),
                By(KeyOf, api.Value.WritesPerMinute));
            limiter.OnRejected = RefuseAsync;
        });
        return services;
    }

    private static PartitionedRateLimiter<HttpContext> By(Func<HttpContext, string> name, int permits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => context.GetEndpoint()?.Metadata.GetMetadata<CountedWrite>() is null
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetFixedWindowLimiter(name(context), _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }));

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static string KeyOf(HttpContext context) => context.Request.Headers.Authorization.ToString() is { Length: > 0 } key
        ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))
        : AddressOf(context);

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancel)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        var seconds = (int)Math.Ceiling(Math.Max(1, wait.TotalSeconds));
        var answer = Problem.Answer(ProblemKind.TooMany, string.Create(CultureInfo.InvariantCulture, $"Try again in {seconds} s."));
        await (answer with { RetryAfterSeconds = seconds }).ExecuteAsync(rejected.HttpContext);
    }
}
