using System.Text.Json;

namespace StatusHub.Simulator.Exchanges;

/// <summary>A request body read up to a limit.</summary>
/// <param name="Json">The body; null when it is none or too large. The reader disposes of it.</param>
internal readonly record struct RequestBody(JsonDocument? Json, bool TooLarge)
{
    private const int Step = 16 * 1_024;

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
