using System.Text.Json;
using StatusHub.Simulator.Dialects;

namespace StatusHub.Simulator.Exchanges;

/// <summary>A request body read up to a limit.</summary>
/// <param name="Json">The body; null when it is none or too large. Ours to dispose of.</param>
internal readonly record struct RequestBody(JsonDocument? Json, bool TooLarge) : IDisposable
{
    private const int Step = 16 * 1_024;

    /// <summary>The chat request it holds, or the dialect's word on why it holds none.</summary>
    public Reading As(IDialect dialect)
    {
        if (TooLarge)
        {
            return dialect.TooLarge();
        }

        try
        {
            return Json is null ? dialect.NotJson() : dialect.Read(Json.RootElement);
        }
        catch (InvalidOperationException) // half a surrogate pair parses, but is no text
        {
            return dialect.NotJson();
        }
    }

    public void Dispose() => Json?.Dispose();

    public static async Task<RequestBody> Read(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            return new RequestBody(null, true);
        }

        var cancelled = request.HttpContext.RequestAborted;
        using var buffer = new MemoryStream();
        var piece = new byte[Math.Min(Step, limit + 1)];
        for (int read; (read = await request.Body.ReadAsync(piece, cancelled)) > 0;)
        {
            buffer.Write(piece, 0, read);
            if (buffer.Length > limit)
            {
                return new RequestBody(null, true);
            }
        }

        try
        {
            return new RequestBody(JsonDocument.Parse(buffer.ToArray()), false);
        }
        catch (JsonException)
        {
            return new RequestBody(null, false);
        }
    }
}
