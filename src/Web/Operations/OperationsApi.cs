using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Web.Api;

namespace StatusHub.Web.Operations;

/// <summary>Health, metrics, and where to report a vulnerability.</summary>
internal static class OperationsApi
{
    // RFC 9116 wants the document to expire; half a year, by the day, so that the answer does not change with each call.
    private const int SecurityTextDays = 180;

    private const int NotReadyRetrySeconds = 2;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", Verbs.Read, () => Answer.Json(new HealthJson("live")))
            .WithTags("Operations").WithSummary("The process answers").Produces<HealthJson>();
        routes.MapMethods("/health/ready", Verbs.Read, Ready)
            .WithTags("Operations").WithSummary("The node is ready to be asked").Produces<HealthJson>().ProducesProblems(503);
        routes.MapMethods("/metrics", Verbs.Read, (MetricsText metrics) => Results.Text(metrics.Write(), MetricsText.ContentType))
            .WithTags("Operations").WithSummary("Prometheus metrics").Produces(200, contentType: "text/plain");
        routes.MapMethods("/.well-known/security.txt", Verbs.Read, SecurityText)
            .WithTags("Operations").WithSummary("Where to report a vulnerability").Produces(200, contentType: "text/plain");
    }

    private static IResult Ready(Readiness readiness) => readiness.IsReady
        ? Answer.Json(new HealthJson("ready"))
        : Problem.Answer(ProblemKind.Unavailable, "The node is starting.") with { RetryAfterSeconds = NotReadyRetrySeconds };

    private static IResult SecurityText(IOptions<HubOptions> hub, IOptions<ApiOptions> api, Clocks clocks)
    {
        var expires = clocks.Real.GetUtcNow().UtcDateTime.Date.AddDays(SecurityTextDays);
        var contact = api.Value.SecurityContact ?? hub.Value.PublicUrl;
        return Results.Text(
            $"Contact: {contact}\nExpires: {expires:yyyy-MM-dd'T'HH:mm:ss'Z'}\nPreferred-Languages: en\nCanonical: {hub.Value.PublicUrl}/.well-known/security.txt\n",
            "text/plain; charset=utf-8");
    }
}

public sealed record HealthJson(string Status);
