using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Web.Access;

public static class SignInSetup
{
    /// <summary>
    /// People's sessions: Identity over the hub's own tables, cookies, passkeys, roles. No scheme is the default one, so a page
    /// that asks for nobody never reads a cookie, and stays up when the database does not.
    /// </summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddOptions<SignInLimits>().BindConfiguration("SignIn").ValidateDataAnnotations().ValidateOnStart();
        services.AddAuthentication().AddIdentityCookies();
        services.AddIdentityCore<Member>()
            .AddSignInManager()
            .AddEntityFrameworkStores<StatusDb>()
            .AddClaimsPrincipalFactory<MemberClaims>();
        services.RemoveAll<IPasswordValidator<Member>>();
        services.AddScoped<IPasswordValidator<Member>, PasswordRules>();
        services.AddSingleton<CurrentMembership>();
        services.AddSingleton<SetupLink>();
        services.AddSingleton<SignInLimiter>();
        services.AddScoped<SignInAttempts>();
        services.AddOptions<AuthorizationOptions>().Configure(SignInPolicies.Add);
        services.AddAuthorization();
        services.AddOptions<IdentityOptions>().Configure<IOptions<SignInLimits>>(Accounts);
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<SignInLimits>>((hasher, limits) => hasher.IterationCount = limits.Value.HashRounds);
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<HubOptions>>(Passkeys);
        services.AddOptions<SecurityStampValidatorOptions>().Configure<IOptions<SignInLimits>, Clocks>(Revalidation);
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<SignInLimits>, IOptions<HubOptions>, Clocks>(Session);
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<HubOptions>>((options, hub) =>
        {
            Harden(options.Cookie, "form", hub.Value);
            options.Cookie.SameSite = SameSiteMode.Strict;
        });
        return services;
    }

    private static void Accounts(IdentityOptions identity, IOptions<SignInLimits> limits)
    {
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = "";
        identity.Lockout.MaxFailedAccessAttempts = limits.Value.WrongPasswords;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(limits.Value.LockedMinutes);
    }

    // On loopback the name is taken from the request, which is what development and trials need.
    private static void Passkeys(IdentityPasskeyOptions passkeys, IOptions<HubOptions> hub)
    {
        var address = new Uri(hub.Value.PublicUrl);
        passkeys.ServerDomain = address.IsLoopback ? null : address.Host;
    }

    private static void Revalidation(SecurityStampValidatorOptions stamp, IOptions<SignInLimits> limits, Clocks clocks)
    {
        stamp.ValidationInterval = TimeSpan.FromSeconds(limits.Value.RevalidateSeconds);
        stamp.TimeProvider = clocks.Real;
    }

    // Sessions run in real time: people do not live faster when a scenario does.
    private static void Session(CookieAuthenticationOptions cookie, IOptions<SignInLimits> limits, IOptions<HubOptions> hub, Clocks clocks)
    {
        Harden(cookie.Cookie, "session", hub.Value);
        cookie.TimeProvider = clocks.Real;
        cookie.ExpireTimeSpan = TimeSpan.FromHours(limits.Value.IdleHours);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/console/login";
        cookie.LogoutPath = "/console/logout";
        cookie.AccessDeniedPath = "/console/denied";
        cookie.ReturnUrlParameter = "returnUrl";
        var redirect = cookie.Events.OnRedirectToLogin;
        cookie.Events.OnRedirectToLogin = context =>
        {
            if (!context.Request.Path.StartsWithSegments("/_blazor"))
            {
                return redirect(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
    }

    private static void Harden(CookieBuilder cookie, string name, HubOptions hub)
    {
        var https = hub.PublicUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        cookie.Name = (https ? "__Host-statushub-" : "statushub-") + name;
        cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.Path = "/";
    }
}
