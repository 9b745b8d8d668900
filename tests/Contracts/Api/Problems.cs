using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace StatusHub.Contracts.Api;

/// <summary>Reads problem answers, and checks what must hold of every one.</summary>
internal static class Problems
{
    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)response.StatusCode}: {text}");
        var problem = JsonNode.Parse(text)!;
        Assert.Equal((int)response.StatusCode, (int)problem["status"]!);
        Assert.StartsWith("/problems/", (string)problem["type"]!, StringComparison.Ordinal);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.True(text.Length <= 4_096, "A problem is at most 4 KB.");
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        return problem;
    }

    public static async Task<string> TypeOfAsync(HttpResponseMessage response) => (string)(await ReadAsync(response))["type"]!;

    /// <summary>The places a problem points at.</summary>
    public static async Task<string[]> PlacesAsync(HttpResponseMessage response) =>
        [.. (await ReadAsync(response))["errors"]!.AsArray().Select(e => (string?)e!["pointer"] ?? "?" + (string)e["parameter"]!)];

    public static HttpContent Json(string text) => Raw(Encoding.UTF8.GetBytes(text), "application/json");

    public static HttpContent Raw(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
