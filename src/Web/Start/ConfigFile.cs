using StatusHub.Domain.Catalog;
using StatusHub.Probes.Dialects;
using StatusHub.Web.Endpoints;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace StatusHub.Web.Start;

/// <summary>
/// Endpoints, providers' pages, plans and objectives in a file under version control (YAML). Credentials are named, not written: <c>credential: $ANTHROPIC_API_KEY</c> is read
/// from the environment.
/// </summary>
public sealed class ConfigFile(WatchList list, ConfiguredTerms terms, ConfiguredPages pages, IConfiguration environment)
{
    private const long MaxBytes = 1024 * 1024;

    /// <exception cref="InvalidOperationException">The file cannot be read or says something impossible; the message names place and remedy.</exception>
    public async Task ApplyAsync(Guid orgId, string path, CancellationToken cancel)
    {
        // All of it is read before any of it is used.
        var watched = Read(path);
        var tree = new ConfigTree(path, await File.ReadAllTextAsync(path, cancel));
        var (agreed, official) = (terms.Read(orgId, tree), ConfiguredPages.Read(tree));
        await list.ApplyAsync(orgId, "config", watched, cancel);
        await pages.PutAsync(official, cancel);
        await terms.PutAsync(orgId, agreed, cancel);
    }

    internal IReadOnlyList<Watched> Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
        {
            throw new InvalidOperationException($"The configuration file {path} is missing or larger than {MaxBytes / 1024} KiB.");
        }

        try
        {
            var yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
            var file = yaml.Deserialize<ConfigYaml?>(File.ReadAllText(path)) ?? new ConfigYaml();
            var watched = (file.Endpoints ?? []).Select((e, i) => Watch(path, e, i)).ToList();
            return watched.GroupBy(w => w.Key).FirstOrDefault(g => g.Count() > 1) is { } twice
                ? throw new InvalidOperationException($"{path}: two endpoints are called {twice.Key["config/".Length..]}; give each a name of its own.")
                : watched;
        }
        catch (YamlException e)
        {
            throw new InvalidOperationException($"{path}, line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private Watched Watch(string path, EndpointYaml endpoint, int index)
    {
        InvalidOperationException Wrong(string what) => new($"{path}, endpoint {index + 1}: {what}");
        var model = ModelId.TryParse(endpoint.Model, out var id) ? id : throw Wrong("model must be provider/model in lower case.");
        if (!DialectNames.Spoken.Contains(endpoint.Dialect))
        {
            throw Wrong($"dialect must be one of {string.Join(", ", DialectNames.Spoken)}.");
        }

        if (!Uri.TryCreate(endpoint.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw Wrong("url must be an absolute http or https address.");
        }

        if (!EndpointRules.Rungs.TryGetValue(endpoint.Probe, out var probe))
        {
            throw Wrong($"probe must be one of {string.Join(", ", EndpointRules.Rungs.Keys)}.");
        }

        if (endpoint.IntervalSeconds is < 5 or > 86_400)
        {
            throw Wrong("intervalSeconds must lie between 5 and 86400.");
        }

        return new Watched(
            $"config/{endpoint.Name ?? $"{endpoint.Model}@{endpoint.Region}"}", model, endpoint.ModelName ?? CatalogueNames.FromId(model.Name), endpoint.ProviderName ?? CatalogueNames.FromId(model.Provider),
            endpoint.Dialect, endpoint.Url, endpoint.WireModel, Credential(endpoint, Wrong), endpoint.Region, endpoint.IntervalSeconds, probe,
            endpoint.Domains ?? []);
    }

    private string? Credential(EndpointYaml endpoint, Func<string, InvalidOperationException> wrong)
    {
        if (endpoint.Credential is not { Length: > 0 } named)
        {
            return null;
        }

        return named[0] == '$' && environment[named[1..]] is { Length: > 0 } value
            ? value
            : throw wrong("credential must be the name of an environment variable that is set, written $NAME; keys do not belong into files.");
    }
}

/// <summary>The file's shape.</summary>
public sealed class ConfigYaml
{
    public List<EndpointYaml>? Endpoints { get; set; }

    /// <summary>Read by <see cref="ConfiguredTerms"/>, as the API reads them.</summary>
    public object? Plans { get; set; }

    /// <inheritdoc cref="Plans"/>
    public object? Objectives { get; set; }

    /// <summary>Read by <see cref="ConfiguredPages"/>, as the API reads them.</summary>
    public object? OfficialPages { get; set; }
}

/// <summary>One endpoint of the file; names are the API's.</summary>
public sealed class EndpointYaml
{
    public string? Name { get; set; }

    public string Model { get; set; } = "";

    public string? ModelName { get; set; }

    public string? ProviderName { get; set; }

    public string Dialect { get; set; } = "";

    public string Url { get; set; } = "";

    public string? WireModel { get; set; }

    public string? Credential { get; set; }

    public string Region { get; set; } = "default";

    public int IntervalSeconds { get; set; } = Domain.Catalog.Endpoint.DefaultIntervalSeconds;

    public string Probe { get; set; } = "content_check";

    public List<string>? Domains { get; set; }
}
