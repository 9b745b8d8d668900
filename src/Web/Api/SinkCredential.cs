using System.Text;
using System.Text.Json;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>What a receiver wants to see in <c>Authorization</c>: write-only.</summary>
internal static class SinkCredential
{
    private const int MaxLength = 4_096;

    /// <returns>Whether it was given at all (JSON null takes a present one away), and the header's value.</returns>
    public static (bool IsGiven, string? Authorization) Read(JsonInput input, List<InputError> errors)
    {
        var raw = input.Raw("sinkcredential");
        if (raw.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return (raw.ValueKind == JsonValueKind.Null, null);
        }

        var within = new List<InputError>();
        var credential = JsonInput.Of(raw, within);
        var authorization = credential.String("credentialtype") switch
        {
            "ACCESSTOKEN" => Token(credential, within),
            "PLAIN" => Plain(credential, within),
            _ => Refuse(within, "/credentialtype", "Must be ACCESSTOKEN or PLAIN."),
        };
        credential.RejectRest();
        errors.AddRange(within.Select(e => e with { Path = "/sinkcredential" + e.Path }));
        return (true, authorization);
    }

    private static string? Token(JsonInput credential, List<InputError> errors)
    {
        if (credential.String("accesstokentype") is { } type && !type.Equals("bearer", StringComparison.OrdinalIgnoreCase))
        {
            Refuse(errors, "/accesstokentype", "Must be bearer.");
        }

        var token = credential.String("accesstoken");
        return IsVisible(token) ? $"Bearer {token}" : Refuse(errors, "/accesstoken", $"1 to {MaxLength} visible ASCII characters.");
    }

    private static string? Plain(JsonInput credential, List<InputError> errors)
    {
        var (identifier, secret) = (credential.String("identifier"), credential.String("secret"));
        if (identifier is not { Length: > 0 and <= MaxLength } || identifier.Contains(':'))
        {
            return Refuse(errors, "/identifier", $"1 to {MaxLength} characters without a colon.");
        }

        return secret is { Length: > 0 and <= MaxLength }
            ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{identifier}:{secret}"))
            : Refuse(errors, "/secret", $"1 to {MaxLength} characters.");
    }

    private static bool IsVisible(string? text) => text is { Length: > 0 and <= MaxLength } && text.All(c => c is > ' ' and < '\x7f');

    private static string? Refuse(List<InputError> errors, string path, string detail)
    {
        errors.Add(new InputError(path, "format", detail));
        return null;
    }
}
