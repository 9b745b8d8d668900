using System.Net;
using System.Text.RegularExpressions;

namespace StatusHub.Tests.Scenarios.Console;

/// <summary>A visitor with cookies and without JavaScript: opens pages, fills in their forms.</summary>
internal sealed partial class Browserless(Uri address) : IDisposable
{
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };

    public Task<HttpResponseMessage> OpenAsync(string path) => _client.GetAsync(path);

    /// <summary>Opens a page and sends its form of that name with the given fields.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var html = await (await _client.GetAsync(path)).Content.ReadAsStringAsync();
        var token = WebUtility.HtmlDecode(Token().Match(html).Groups["token"].Value);
        var body = fields.Append(("_handler", form)).Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2));
        using var content = new FormUrlEncodedContent(body);
        return await _client.PostAsync(path, content);
    }

    public Task<HttpResponseMessage> SignInAsync(string email, string password) =>
        SubmitAsync("/console/login", "login", ("Input.Email", email), ("Input.Password", password));

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
