using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Api;

namespace StatusHub.Web.Live;

/// <summary>
/// The key a SignalR client may come with: as a bearer, or as <c>access_token</c> where a browser cannot set headers. A key that
/// is sent must be good: a client that believes it hears everything must not quietly hear less.
/// </summary>
internal static class HealthKeys
{
    private const string Bearer = "Bearer ";

    public static void Use(WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(HealthHubSetup.Path) && TokenOf(context.Request) is { } token
            && await RefusalOfAsync(context, token) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>The key of a connection that was let in; null for a guest.</summary>
    public static string? Of(HttpContext? context) => context is null ? null : TokenOf(context.Request);

    private static async Task<Answer?> RefusalOfAsync(HttpContext context, string token)
    {
        var holder = await context.RequestServices.GetRequiredService<ApiKeys>().FindAsync(token, context.RequestAborted);
        return holder is null ? Problem.Answer(ProblemKind.Unauthorized, "The key is unknown or revoked.")
            : holder.Scopes.Contains(Scopes.Read, StringComparer.Ordinal) ? null
            : Problem.Answer(ProblemKind.Forbidden, $"The key lacks the scope {Scopes.Read}.");
    }

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : request.Query["access_token"].ToString() is { Length: > 0 } token ? token
            : null;
    }
}
