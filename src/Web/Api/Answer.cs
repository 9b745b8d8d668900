namespace StatusHub.Web.Api;

/// <summary>An answer made whole before it is sent, so that it can be kept and given again (see <see cref="Idempotency"/>).</summary>
internal sealed record Answer(int Status, string ContentType, byte[] Body) : IResult, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => Status;

    public const string JsonType = "application/json; charset=utf-8";

    public string? Location { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>What the same request is answered when it comes again, where that may not be the same: a secret is told once, and never kept.</summary>
    public Answer? Again { get; init; }

    public static Answer Json<T>(T value, int status = StatusCodes.Status200OK) => new(status, JsonType, ApiJson.Bytes(value));

    public static Answer NoContent() => new(StatusCodes.Status204NoContent, "", []);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString();
        }

        if (response.Headers.CacheControl.Count == 0)
        {
            response.Headers.CacheControl = "no-store";
        }

        if (Status == StatusCodes.Status204NoContent)
        {
            return Task.CompletedTask;
        }

        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        return response.Body.WriteAsync(Body).AsTask(); // of an answer whose asker has gone the server drops the rest
    }
}
