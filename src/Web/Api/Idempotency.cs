using System.Security.Cryptography;
using System.Text;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Web.Api;

/// <summary>
/// <c>Idempotency-Key</c> on a write: the same key with the same request gets the same answer again, with another request 422.
/// A write that failed in the hub (5xx) gives its key free.
/// </summary>
internal sealed class Idempotency(IdempotencyStore store, OrgScope scope, Clocks clocks) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";

    public const string ReplayedHeader = "Idempotency-Replayed";

    public const int MaxKeyLength = 255;

    /// <summary>For the description of a call that answers with a secret.</summary>
    public const string SecretOnce =
        $"Repeated with the same {Header}, the call changes nothing and gives the same answer without the secret, which is kept nowhere. "
        + "Whoever lost the first answer makes a new one.";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var given = http.Request.Headers[Header];
        if (given.Count == 0 || scope.OrgId is not { } orgId)
        {
            return await next(context);
        }

        var key = given.ToString();
        if (given.Count > 1 || key.Length is 0 or > MaxKeyLength || key.Any(c => c is < '!' or > '~'))
        {
            return Problem.Answer(ProblemKind.Invalid, $"{Header} is 1 to {MaxKeyLength} visible ASCII characters.");
        }

        var body = await JsonBody.ReadBytesAsync(http.Request, http.RequestAborted);
        if (body is null)
        {
            return Problem.Answer(ProblemKind.TooLarge, $"A body is at most {JsonBody.MaxBytes} bytes.");
        }

        return await store.ClaimAsync(orgId, key, HashOf(http.Request, body), clocks.Now, http.RequestAborted) switch
        {
            IdempotencyClaim.Answered(var kept) => Again(http, kept),
            IdempotencyClaim.OtherRequest => Problem.Answer(ProblemKind.KeyReused, $"This {Header} was used for another request."),
            IdempotencyClaim.UnderWay => Problem.Answer(ProblemKind.InProgress, "The first try is not done yet.") with { RetryAfterSeconds = 1 },
            _ => await DoAsync(context, next, orgId, key),
        };
    }

    private async Task<object?> DoAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Guid orgId, string key)
    {
        Answer? answer = null;
        try
        {
            answer = await next(context) as Answer ?? throw new InvalidOperationException("A write that can be repeated must answer with an Answer.");
            return answer;
        }
        finally
        {
            // Not the request's token: the work is done, whether or not its client still listens.
            if (answer is { Status: < 500 })
            {
                var kept = answer.Again ?? answer;
                await store.KeepAsync(orgId, key, new KeptAnswer(kept.Status, kept.ContentType, kept.Location, kept.Body), CancellationToken.None);
            }
            else
            {
                await store.ForgetAsync(orgId, key, CancellationToken.None);
            }
        }
    }

    private static Answer Again(HttpContext http, KeptAnswer kept)
    {
        http.Response.Headers[ReplayedHeader] = "true";
        return new Answer(kept.Status, kept.ContentType, kept.Body) { Location = kept.Location };
    }

    private static byte[] HashOf(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
