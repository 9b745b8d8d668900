using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Web.Console;

/// <summary>
/// Asks every few seconds whether an open window's session still holds: same security stamp, same role in the same organisation.
/// Requests ask with their cookie; a window has only its circuit.
/// </summary>
internal sealed class CircuitSession(ILoggerFactory logs, IServiceScopeFactory scopes, CurrentMembership memberships, IOptions<SignInLimits> options)
    : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(options.Value.RevalidateSeconds);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        var who = authenticationState.User;
        await using var scope = scopes.CreateAsyncScope();
        var members = scope.ServiceProvider.GetRequiredService<UserManager<Member>>();
        if (await members.GetUserAsync(who) is not { } member)
        {
            return false;
        }

        var stamp = who.FindFirstValue(members.Options.ClaimsIdentity.SecurityStampClaimType);
        var membership = await memberships.FindAsync(member.Id, cancellationToken);
        return stamp == await members.GetSecurityStampAsync(member) && membership?.OrgId == who.OrgId() && membership?.Role == who.OrgRole();
    }
}
