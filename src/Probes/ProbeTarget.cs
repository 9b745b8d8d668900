using StatusHub.Domain.Catalog;

namespace StatusHub.Probes;

/// <summary>Everything one probe needs to know of its endpoint. Holds the credential in clear: keep it short-lived.</summary>
public sealed record ProbeTarget
{
    public required Guid OrgId { get; init; }

    public required Guid EndpointId { get; init; }

    public required ModelId Model { get; init; }

    /// <summary>A wire dialect by its contract name.</summary>
    public required string Dialect { get; init; }

    /// <summary>Base address as configured.</summary>
    public required string Url { get; init; }

    /// <summary>The name the provider knows the model by.</summary>
    public required string WireModel { get; init; }

    public string Region { get; init; } = "default";

    /// <summary>The credential in clear; null when the endpoint needs none.</summary>
    public string? Credential { get; init; }

    public required ProbeRung Rung { get; init; }

    /// <summary>Most output tokens the probe may ask for.</summary>
    public int MaxOutputTokens { get; init; } = new ProbeBudget().MaxOutputTokens;

    /// <summary>Sent on the calm schedule, not by a burst or by hand.</summary>
    public bool BaseGrid { get; init; } = true;

    /// <summary>The target of a stored endpoint.</summary>
    public static ProbeTarget Of(Endpoint endpoint, string? credential, ProbeRung rung, bool baseGrid) => new()
    {
        OrgId = endpoint.OrgId,
        EndpointId = endpoint.Id,
        Model = endpoint.Model,
        Dialect = endpoint.Dialect,
        Url = endpoint.Url,
        WireModel = endpoint.WireModel ?? endpoint.Model.Name,
        Region = endpoint.Region,
        Credential = string.IsNullOrWhiteSpace(credential) ? null : credential.Trim(),
        Rung = rung,
        MaxOutputTokens = endpoint.Budget.MaxOutputTokens,
        BaseGrid = baseGrid,
    };

    /// <summary>Leaves out the credential and the address, which may carry one.</summary>
    public override string ToString() => $"{Rung} of {Model} by {Dialect} ({EndpointId})";
}
