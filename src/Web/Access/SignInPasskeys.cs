using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>The two questions a browser's authenticator is asked, as WebAuthn JSON; the answers come back in ordinary forms.</summary>
internal static class SignInPasskeys
{
    public static IEndpointRouteBuilder MapPasskeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/console/passkeys").ExcludeFromDescription();
        group.MapPost("/creation", CreationAsync).RequireAuthorization(SignInPolicies.Member);
        group.MapPost("/request", RequestAsync).AllowAnonymous();
        return routes;
    }

    private static async Task<Results<ContentHttpResult, BadRequest, UnauthorizedHttpResult>> CreationAsync(
        HttpContext http, IAntiforgery antiforgery, UserManager<Member> members, SignInManager<Member> signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return TypedResults.BadRequest();
        }

        if (await members.GetUserAsync(http.User) is not { } member)
        {
            return TypedResults.Unauthorized();
        }

        return Json(await signIn.MakePasskeyCreationOptionsAsync(new() { Id = member.Id.ToString(), Name = member.Email!, DisplayName = member.Email! }));
    }

    // No account is named: the authenticator offers the ones it knows, so the question tells nobody which accounts there are.
    private static async Task<Results<ContentHttpResult, BadRequest, StatusCodeHttpResult>> RequestAsync(
        HttpContext http, IAntiforgery antiforgery, SignInManager<Member> signIn, SignInLimiter limiter)
    {
        if (!limiter.Admits(http.Connection.RemoteIpAddress))
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        return await antiforgery.IsRequestValidAsync(http) ? Json(await signIn.MakePasskeyRequestOptionsAsync(null)) : TypedResults.BadRequest();
    }

    private static ContentHttpResult Json(string options) => TypedResults.Content(options, "application/json");
}
