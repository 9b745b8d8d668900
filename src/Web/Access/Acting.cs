using System.Security.Claims;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>Who acts, as the audit log names them.</summary>
public static class Acting
{
    /// <summary>The key of a request to a route that requires a scope.</summary>
    public static Actor Actor(this HttpContext context) => context.Holder() is { } holder ? new(holder.OrgId, holder.KeyId, null) : default;

    /// <summary>The member of a session.</summary>
    public static Actor Actor(this ClaimsPrincipal who) => new(who.OrgId(), null, who.MemberId());
}
