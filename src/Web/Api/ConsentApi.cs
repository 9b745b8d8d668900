using System.Text;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks.Consent;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <summary>
/// Where a receiver consents later, by GET or POST, as the specification asks of us: it got the address in the handshake, and nobody else has it.
/// A person may open it too, and reads a page.
/// </summary>
internal static class ConsentApi
{
    private const string GivenTitle = "Consent given";
    private const string GivenText = "The hub may now deliver events to this receiver. Its owner can end the subscription at any time; so can the receiver, by answering 410.";
    private const string UnknownTitle = "This address is not in use";
    private const string UnknownText = "The consent was given already, the time for it has passed, or the subscription has changed.";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(ConsentHandshake.CallbackPath + "/{token}", [HttpMethods.Get, HttpMethods.Post], ConsentAsync).WithTags("Subscriptions")
            .WithSummary("A receiver allows deliveries; WebHook-Allowed-Rate may say how many a minute").Produces(200).ProducesProblems(400, 404, 429)
            .WithMetadata(new CountedWrite());

    private static async Task<IResult> ConsentAsync(HttpContext context, string token, SubscriptionRegistry registry)
    {
        var asked = context.Request.Headers[ConsentRules.AllowedRateName];
        int? rate = null;
        if (asked.Count > 1 || (asked.Count == 1 && !ConsentRules.TryReadRate(asked[0]!.Trim(), out rate)))
        {
            return Problem.Answer(ProblemKind.Invalid, $"{ConsentRules.AllowedRateName} is neither * nor a whole number above 0.");
        }

        // Without a limit of its own, * stays what we asked for: a receiver that wants more can say a number.
        var isGiven = await registry.ConsentAsync(token, rate, context.RequestAborted);
        return context.Request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/html") ? PageOf(isGiven)
            : isGiven ? Answer.Json(new { consent = "given" })
            : Problem.Answer(ProblemKind.NotFound, UnknownText);
    }

    private static Answer PageOf(bool isGiven)
    {
        var (title, text) = isGiven ? (GivenTitle, GivenText) : (UnknownTitle, UnknownText);
        return new Answer(isGiven ? StatusCodes.Status200OK : StatusCodes.Status404NotFound, "text/html; charset=utf-8", Encoding.UTF8.GetBytes($"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{title}</title></head>
            <body><main><h1>{title}</h1><p>{text}</p></main></body>
            </html>
            """));
    }
}
