using StatusHub.Domain.Catalog;
using StatusHub.Web.Endpoints;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Console.Endpoints;

/// <summary>What stands in the form while an endpoint is added or changed. The stored credential never comes here.</summary>
public sealed class EndpointDraft
{
    public string Model { get; set; } = "";

    public string Dialect { get; set; } = "anthropic-messages";

    public string Url { get; set; } = "";

    public string Credential { get; set; } = "";

    public bool RemoveCredential { get; set; }

    public string WireModel { get; set; } = "";

    public string Region { get; set; } = "default";

    public int? IntervalSeconds { get; set; } = 32;

    public string Probe { get; set; } = EndpointRules.WireName(ProbeRung.ContentCheck);

    public string Domains { get; set; } = "";

    public int? MaxOutputTokens { get; set; } = new ProbeBudget().MaxOutputTokens;

    public int? ProbesPerDay { get; set; } = new ProbeBudget().ProbesPerDay;

    public static EndpointDraft Of(Endpoint endpoint) => new()
    {
        Model = endpoint.Model.Value,
        Dialect = endpoint.Dialect,
        Url = endpoint.Url,
        WireModel = endpoint.WireModel ?? "",
        Region = endpoint.Region,
        IntervalSeconds = endpoint.IntervalSeconds,
        Probe = EndpointRules.WireName(endpoint.Probe),
        Domains = string.Join(", ", endpoint.Domains),
        MaxOutputTokens = endpoint.Budget.MaxOutputTokens,
        ProbesPerDay = endpoint.Budget.ProbesPerDay,
    };

    public EndpointRequest ToRequest() => new()
    {
        Model = Given(Model),
        Dialect = Given(Dialect),
        Url = Given(Url),
        Credential = RemoveCredential ? "" : Given(Credential),
        WireModel = Given(WireModel),
        Region = Given(Region),
        IntervalSeconds = IntervalSeconds,
        Probe = Probe,
        Domains = Domains.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        MaxOutputTokens = MaxOutputTokens,
        ProbesPerDay = ProbesPerDay,
    };

    private static string? Given(string text) => text.Trim() is { Length: > 0 } given ? given : null;
}
