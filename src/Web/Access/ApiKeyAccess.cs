using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Api;

namespace StatusHub.Web.Access;

/// <summary>Marks a route as open only to keys with a scope.</summary>
public sealed record RequiredScope(string Scope);

public static class ApiKeyAccess
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = "ApiKey";

    public const string ScopeClaim = "scope";

    public const string OrgClaim = "org";

    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddOptions<ApiKeyOptions>().BindConfiguration("ApiKeys").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ApiKeys>();
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

    /// <summary>Who holds the key of a request to a route that requires a scope, or that welcomes a key and was sent one; null for nobody.</summary>
    public static KeyHolder? Holder(this HttpContext context) => context.Features.Get<KeyHolder>();

    private static string PolicyOf(string scope) => "scope " + scope;
}

/// <summary>Reads <c>Authorization: Bearer shk_…</c>, only on routes that ask for a scope: public reads never touch the database.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys, OrgScope scope)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (Needed is null || header.Count == 0)
        {
            return AuthenticateResult.NoResult();
        }

        if (header.Count != 1 || !header[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            || await keys.FindAsync(header[0]![Bearer.Length..].Trim(), Context.RequestAborted) is not { } holder)
        {
            return AuthenticateResult.Fail("No live key.");
        }

        scope.OrgId = holder.OrgId;
        Context.Features.Set(holder);
        var identity = new ClaimsIdentity(ApiKeyAccess.Scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, holder.KeyId.ToString()));
        identity.AddClaim(new Claim(ApiKeyAccess.OrgClaim, holder.OrgId.ToString()));
        identity.AddClaims(holder.Scopes.Select(s => new Claim(ApiKeyAccess.ScopeClaim, s)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), ApiKeyAccess.Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var tried = Request.Headers.Authorization.Count > 0;
        Response.Headers.WWWAuthenticate = tried ? "Bearer realm=\"statushub\", error=\"invalid_token\"" : "Bearer realm=\"statushub\"";
        return Problem.Answer(ProblemKind.Unauthorized, tried ? "The key is unknown or revoked." : "Send Authorization: Bearer and an API key.")
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"statushub\", error=\"insufficient_scope\", scope=\"{Needed?.Scope}\"";
        return Problem.Answer(ProblemKind.Forbidden, $"The key lacks the scope {Needed?.Scope}.").ExecuteAsync(Context);
    }

    private RequiredScope? Needed => Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>();
}
