namespace StatusHub.Web.Api;

/// <summary>Headers every answer carries. What a page sets for itself stands.</summary>
internal static class SecurityHeaders
{
    private const string PublicPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    public static void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(
            static state =>
            {
                Set((HttpContext)state);
                return Task.CompletedTask;
            },
            context);
        return next(context);
    });

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "strict-origin-when-cross-origin");

        // The console runs Blazor, which needs a policy of its own.
        if (!context.Request.Path.StartsWithSegments("/console"))
        {
            headers.TryAdd("Content-Security-Policy", PublicPolicy);
        }
    }
}
