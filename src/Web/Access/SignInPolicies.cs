using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>One policy for each role, each letting in the roles above it. Only sessions are looked at: a key cannot enter the console.</summary>
public static class SignInPolicies
{
    /// <summary>Signed in, whatever the role.</summary>
    public const string Member = "console:member";
    public const string Viewer = "console:viewer";
    public const string Responder = "console:responder";
    public const string Admin = "console:admin";
    public const string Owner = "console:owner";

    internal static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Member, policy => Session(policy));
        foreach (var (name, least) in (ReadOnlySpan<(string, Role)>)[(Viewer, Role.Viewer), (Responder, Role.Responder), (Admin, Role.Admin), (Owner, Role.Owner)])
        {
            options.AddPolicy(name, policy => Session(policy).RequireAssertion(context => context.User.MayAs(least)));
        }
    }

    private static AuthorizationPolicyBuilder Session(AuthorizationPolicyBuilder policy) =>
        policy.AddAuthenticationSchemes(IdentityConstants.ApplicationScheme).RequireAuthenticatedUser();
}
