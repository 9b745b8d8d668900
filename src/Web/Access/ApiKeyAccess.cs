using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>Marks a route as open only to keys with a scope.</summary>
public sealed record RequiredScope(string Scope);

/// <summary>Marks a route that is open to everybody, and shows a key's organisation more.</summary>
public sealed record WelcomedKey(params string[] Scopes);

public static class ApiKeyAccess
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = "ApiKey";

    public const string ScopeClaim = "scope";

    public const string OrgClaim = "org";

    private const string Bearer = "Bearer ";

    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddOptions<ApiKeyOptions>().BindConfiguration("ApiKeys").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IHttpContextFactory, KeysOutOfAddresses>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<KeyDoor>();
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<OrganisationDesk>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Scheme, null);
        var policies = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All)
        {
            policies.AddPolicy(PolicyOf(scope), policy => policy
                .AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser().RequireClaim(ScopeClaim, scope));
        }

        return services;
    }

    /// <summary>Opens a route or group only to keys with a scope, and puts the key's organisation into <see cref="OrgScope"/>.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(PolicyOf(scope)).WithMetadata(new RequiredScope(scope));

    /// <summary>
    /// Leaves a route open to everybody, and takes a key with one of the scopes where one is sent. A key that is sent must be good: who
    /// believes to read as an organisation is not to be shown less without a word.
    /// </summary>
    public static RouteHandlerBuilder WelcomeKey(this RouteHandlerBuilder builder, params string[] scopes) =>
        builder.WithMetadata(new WelcomedKey(scopes)).AddEndpointFilter(async (call, next) =>
        {
            var context = call.HttpContext;
            if (context.Request.Headers.Authorization.Count == 0)
            {
                return await next(call);
            }

            var known = await context.AuthenticateAsync(Scheme);
            return !known.Succeeded ? Results.Challenge(authenticationSchemes: [Scheme])
                : scopes.Any(s => known.Principal.HasClaim(ScopeClaim, s)) ? await next(call)
                : Results.Forbid(authenticationSchemes: [Scheme]);
        });

    /// <summary>Who holds the key of a request to a route that requires a scope, or that welcomes a key and was sent one; null for nobody.</summary>
    public static KeyHolder? Holder(this HttpContext context) => context.Features.Get<KeyHolder>();

    /// <summary>The key a request shows; null for none, or for something that is none.</summary>
    internal static string? KeyText(this HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;

    private static string PolicyOf(string scope) => "scope " + scope;
}

/// <summary>Reads <c>Authorization: Bearer shk_…</c>, only on routes that ask for a scope: public reads never touch the database.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys, OrgScope scope)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    // One of each holder that is remembered: nobody changes it.
    private static readonly ConditionalWeakTable<KeyHolder, ClaimsPrincipal> Principals = [];

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Needed is null || Request.Headers.Authorization.Count == 0)
        {
            return AuthenticateResult.NoResult();
        }

        if (Request.KeyText() is not { } key || await keys.FindAsync(key, Context.RequestAborted) is not { } holder)
        {
            return AuthenticateResult.Fail("No live key.");
        }

        scope.OrgId = holder.OrgId;
        Context.Features.Set(holder);
        return AuthenticateResult.Success(new AuthenticationTicket(Principals.GetValue(holder, PrincipalOf), ApiKeyAccess.Scheme));
    }

    private static ClaimsPrincipal PrincipalOf(KeyHolder holder)
    {
        var identity = new ClaimsIdentity(ApiKeyAccess.Scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, holder.KeyId.ToString()));
        identity.AddClaim(new Claim(ApiKeyAccess.OrgClaim, holder.OrgId.ToString()));
        identity.AddClaims(holder.Scopes.Select(s => new Claim(ApiKeyAccess.ScopeClaim, s)));
        return new ClaimsPrincipal(identity);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => KeyProblem.Unknown(Context).ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => KeyProblem.Lacks(Context, Needed?[0]).ExecuteAsync(Context);

    /// <summary>Scopes that open the route, the one to ask for first; null for a route that looks at no key.</summary>
    private string[]? Needed =>
        Context.GetEndpoint()?.Metadata is not { } metadata ? null
        : metadata.GetMetadata<RequiredScope>() is { } required ? [required.Scope]
        : metadata.GetMetadata<WelcomedKey>()?.Scopes;
}
