using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>What a session says about its member beyond who it is: the current organisation and the role there.</summary>
public static class SignInClaims
{
    public const string Org = "statushub:org";
    public const string OrgName = "statushub:org-name";
    public const string Role = "statushub:role";

    public static Guid? MemberId(this ClaimsPrincipal who) =>
        Guid.TryParse(who.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    public static Guid? OrgId(this ClaimsPrincipal who) => Guid.TryParse(who.FindFirstValue(Org), out var id) ? id : null;

    /// <summary>Null for a member of no organisation, who may do nothing but see their account.</summary>
    public static Role? OrgRole(this ClaimsPrincipal who) =>
        Enum.TryParse<Role>(who.FindFirstValue(Role), out var role) ? role : null;

    public static bool MayAs(this ClaimsPrincipal who, Role least) => who.OrgId() is not null && who.OrgRole() >= least;
}

/// <summary>Adds the membership to a session, at sign-in and whenever the session is revalidated.</summary>
internal sealed class MemberClaims(UserManager<Member> members, IOptions<IdentityOptions> options, CurrentMembership memberships)
    : UserClaimsPrincipalFactory<Member>(members, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Member user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        if (await memberships.FindAsync(user.Id, CancellationToken.None) is { } found)
        {
            identity.AddClaim(new(SignInClaims.Org, found.OrgId.ToString()));
            identity.AddClaim(new(SignInClaims.OrgName, found.OrgName));
            identity.AddClaim(new(SignInClaims.Role, found.Role.ToString()));
        }

        return identity;
    }
}

/// <summary>Which organisation a member works in: the one joined first that still stands. Asked before any organisation is known, so past the wall.</summary>
public sealed class CurrentMembership(SystemDb system)
{
    public sealed record Found(Guid OrgId, string OrgName, Role Role);

    public async Task<Found?> FindAsync(Guid memberId, CancellationToken cancel)
    {
        await using var db = system.Open();
        return await db.Memberships.Where(m => m.MemberId == memberId)
            .Join(db.Organisations, m => m.OrgId, o => o.Id, (m, o) => new { m, o })
            .OrderBy(pair => pair.o.CreatedAt).ThenBy(pair => pair.o.Id)
            .Select(pair => new Found(pair.o.Id, pair.o.Name, pair.m.Role))
            .FirstOrDefaultAsync(cancel);
    }
}
