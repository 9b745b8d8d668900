using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Api;

namespace StatusHub.Web.Live;

/// <summary>
/// The key a SignalR client may come with: as a bearer, or as <c>access_token</c>, which <see cref="KeysOutOfAddresses"/> has made one.
/// A key that is sent must be good: a client that believes it hears everything must not quietly hear less.
/// </summary>
internal static class HealthKeys
{
    public static void Use(WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(HealthHubSetup.Path) && context.Request.KeyText() is { } token
            && await RefusalOfAsync(context, token) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>The key of a connection that was let in; null for a guest.</summary>
    public static string? Of(HttpContext? context) => context?.Request.KeyText();

    private static async Task<Answer?> RefusalOfAsync(HttpContext context, string token)
    {
        var holder = await context.RequestServices.GetRequiredService<ApiKeys>().FindAsync(token, context.RequestAborted);
        return holder is null ? Problem.Answer(ProblemKind.Unauthorized, "The key is unknown or revoked.")
            : holder.Scopes.Contains(Scopes.Read, StringComparer.Ordinal) ? null
            : Problem.Answer(ProblemKind.Forbidden, $"The key lacks the scope {Scopes.Read}.");
    }
}
