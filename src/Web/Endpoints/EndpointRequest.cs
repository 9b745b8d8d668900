using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Endpoints;

/// <summary>
/// What somebody asks an endpoint to be, before it is checked. A class and not a record, so that printing it cannot print
/// the credential.
/// </summary>
public sealed class EndpointRequest
{
    /// <summary><c>provider/model</c>; added to the catalogue when it is not there.</summary>
    public string? Model { get; set; }

    /// <summary>A dialect name of <see cref="EndpointRules.Dialects"/>.</summary>
    public string? Dialect { get; set; }

    /// <summary>Absolute http or https base address.</summary>
    public string? Url { get; set; }

    /// <summary>Write-only. Null: none when creating, unchanged when replacing. Empty: none.</summary>
    public string? Credential { get; set; }

    /// <summary>Name the provider knows the model by, when it differs from the catalogue's.</summary>
    public string? WireModel { get; set; }

    public string? Region { get; set; }

    /// <summary>Seconds between two probes in calm times.</summary>
    public int? IntervalSeconds { get; set; }

    /// <summary>A rung of the probe ladder by its contract name (<see cref="EndpointRules.Rungs"/>).</summary>
    public string? Probe { get; set; }

    /// <summary>Failure domains, by id.</summary>
    public IReadOnlyList<string>? Domains { get; set; }

    /// <summary>Most output tokens of one probe.</summary>
    public int? MaxOutputTokens { get; set; }

    /// <summary>Most probes of one UTC day.</summary>
    public int? ProbesPerDay { get; set; }
}

/// <summary>One thing wrong with an input.</summary>
/// <param name="Path">RFC 6901 JSON pointer into the body (<c>/budget/probesPerDay</c>); empty for the whole.</param>
/// <param name="Code">Stable, for machines: <c>required</c>, <c>range</c>, <c>format</c>, …</param>
/// <param name="Detail">For people. Never repeats the input.</param>
public sealed record InputError(string Path, string Code, string Detail);

/// <summary>What became of a request to create or change an endpoint: one of the records below.</summary>
public abstract record EndpointAnswer
{
    private EndpointAnswer()
    {
    }

    public sealed record Created(Endpoint Endpoint) : EndpointAnswer;

    public sealed record Changed(Endpoint Endpoint) : EndpointAnswer;

    public sealed record Invalid(IReadOnlyList<InputError> Errors) : EndpointAnswer;

    /// <summary>No such endpoint, or another organisation's: nobody can tell which.</summary>
    public sealed record NotFound : EndpointAnswer;
}
