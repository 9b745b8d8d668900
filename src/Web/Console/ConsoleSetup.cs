using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using StatusHub.Web.Access;
using StatusHub.Web.Console.Contracts;
using StatusHub.Web.Console.Frame;

namespace StatusHub.Web.Console;

public static class ConsoleSetup
{
    /// <summary>
    /// Scripts and styles from here alone. Blazor needs its base address; the grid sets widths in style attributes.
    /// </summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Sign-in and the live console.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddSignIn();
        services.AddOptions<ConsoleOptions>().BindConfiguration("Console").ValidateDataAnnotations().ValidateOnStart();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddOptions<CircuitOptions>().Configure<IOptions<ConsoleOptions>>((circuits, console) =>
        {
            circuits.DetailedErrors = false;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(console.Value.KeepDisconnectedSeconds);
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitSession>();
        services.AddSingleton<CircuitCensus>();
        services.AddScoped<CircuitAdmission>();
        services.AddScoped<CircuitHandler, CircuitGate>();
        services.AddSingleton<Tenant>();
        services.AddScoped<MemberWork>();
        return services;
    }

    public static WebApplication MapConsole(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/console"), console => console.Use(HardenAsync));
        app.UseAntiforgery();
        app.MapRazorComponents<ConsoleDocument>()
            .AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null) // ContentPolicy says it
            .RequireAuthorization(SignInPolicies.Member);
        app.MapPasskeys();
        app.MapStatementDownload();
        return app;
    }

    private static Task HardenAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(context);
    }
}
