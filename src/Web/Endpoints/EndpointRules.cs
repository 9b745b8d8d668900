using System.Collections.Frozen;
using System.Globalization;
using StatusHub.Domain.Catalog;

namespace StatusHub.Web.Endpoints;

/// <summary>What a well-formed endpoint is.</summary>
public static class EndpointRules
{
    public const int MinIntervalSeconds = 5;
    public const int MaxIntervalSeconds = 86_400;
    public const int MaxOutputTokens = 32_000;
    public const int MaxProbesPerDay = 200_000;
    public const int MaxUrlLength = 2_000;
    public const int MaxCredentialLength = 8_192;
    public const int MaxWireModelLength = 200;
    public const int MaxDomains = 16;
    public const int MaxNameLength = 64;
    public const int MaxPauseReasonLength = 500;

    /// <summary>Dialects a probe can speak today.</summary>
    public static readonly FrozenSet<string> Dialects = FrozenSet.ToFrozenSet(["anthropic-messages", "openai-chat"], StringComparer.Ordinal);

    /// <summary>The probe ladder by contract name.</summary>
    public static readonly FrozenDictionary<string, ProbeRung> Rungs = new Dictionary<string, ProbeRung>(StringComparer.Ordinal)
    {
        ["connect"] = ProbeRung.Connect,
        ["models_list"] = ProbeRung.ModelsList,
        ["stream"] = ProbeRung.Stream,
        ["content_check"] = ProbeRung.ContentCheck,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string WireName(ProbeRung rung) => Rungs.First(r => r.Value == rung).Key;

    /// <summary>Everything wrong with a request; empty when it is fine.</summary>
    public static List<InputError> Check(EndpointRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new List<InputError>();
        CheckNames(request, errors);
        CheckUrl(request.Url, errors);
        CheckCredential(request.Credential, errors);
        CheckDomains(request.Domains, errors);
        CheckRange(request.IntervalSeconds, MinIntervalSeconds, MaxIntervalSeconds, "/intervalSeconds", "seconds", errors);
        CheckRange(request.MaxOutputTokens, 1, MaxOutputTokens, "/budget/maxOutputTokens", "tokens", errors);
        CheckRange(request.ProbesPerDay, 1, MaxProbesPerDay, "/budget/probesPerDay", "probes", errors);
        return errors;
    }

    private static void CheckNames(EndpointRequest request, List<InputError> errors)
    {
        if (request.Model is null)
        {
            errors.Add(Required("/model"));
        }
        else if (!ModelId.TryParse(request.Model, out var model) || model.Provider.Length > MaxNameLength)
        {
            errors.Add(new("/model", "format", "A model is named provider/model, lower case, of letters, digits, dots and hyphens."));
        }

        if (request.Dialect is null)
        {
            errors.Add(Required("/dialect"));
        }
        else if (!Dialects.Contains(request.Dialect))
        {
            errors.Add(new("/dialect", "unknown", $"Known dialects: {string.Join(", ", Dialects.Order(StringComparer.Ordinal))}."));
        }

        if (request.Region is { } region && !IsName(region, dots: false))
        {
            errors.Add(new("/region", "format", "A region is 1 to 64 lower-case letters, digits and hyphens."));
        }

        if (request.Probe is { } probe && !Rungs.ContainsKey(probe))
        {
            errors.Add(new("/probe", "unknown", $"Known probes: {string.Join(", ", Rungs.OrderBy(r => r.Value).Select(r => r.Key))}."));
        }

        if (request.WireModel is { } wire && (wire.Length is 0 or > MaxWireModelLength || HasHiddenCharacters(wire)))
        {
            errors.Add(new("/wireModel", "format", $"A wire model is 1 to {MaxWireModelLength} visible characters."));
        }
    }

    private static void CheckUrl(string? url, List<InputError> errors)
    {
        if (url is null)
        {
            errors.Add(Required("/url"));
            return;
        }

        // Uri drops bidi marks and encodes line breaks without a word: what is stored must be what is called.
        if (url.Length > MaxUrlLength || HasHiddenCharacters(url) || url.Any(char.IsWhiteSpace) || url.Contains('\\')
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            errors.Add(new("/url", "format", $"A url is an absolute http or https address of at most {MaxUrlLength} characters."));
            return;
        }

        if (uri.UserInfo.Length > 0 || uri.Authority.Contains('@'))
        {
            errors.Add(new("/url", "userinfo", "A url carries no user name or password; put the key into credential."));
        }

        if (url.Contains('#'))
        {
            errors.Add(new("/url", "fragment", "A url has no fragment."));
        }
    }

    private static void CheckCredential(string? credential, List<InputError> errors)
    {
        if (credential is null)
        {
            return;
        }

        // It travels in a header, where a line break would start another one.
        if (credential.Length > MaxCredentialLength || credential.Any(c => c is < ' ' or > '~'))
        {
            errors.Add(new("/credential", "format", $"A credential is at most {MaxCredentialLength} printable ASCII characters."));
        }
    }

    private static void CheckDomains(IReadOnlyList<string>? domains, List<InputError> errors)
    {
        if (domains is null)
        {
            return;
        }

        if (domains.Count > MaxDomains)
        {
            errors.Add(new("/domains", "length", $"At most {MaxDomains} failure domains."));
            return;
        }

        for (var i = 0; i < domains.Count; i++)
        {
            if (!IsName(domains[i], dots: true))
            {
                errors.Add(new($"/domains/{i}", "format", "A failure domain is 1 to 64 lower-case letters, digits, dots and hyphens."));
            }
        }
    }

    private static void CheckRange(int? value, int min, int max, string pointer, string unit, List<InputError> errors)
    {
        if (value is { } given && (given < min || given > max))
        {
            errors.Add(new(pointer, "range", $"{min} to {max} {unit}."));
        }
    }

    private static bool IsName(string text, bool dots) =>
        text.Length is > 0 and <= MaxNameLength
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' || (dots && c == '.'));

    private static bool HasHiddenCharacters(string text) =>
        text.Any(c => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate);

    private static InputError Required(string pointer) => new(pointer, "required", "Is required.");
}
