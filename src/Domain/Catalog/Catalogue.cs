namespace StatusHub.Domain.Catalog;

/// <summary>Who serves models; part of the catalogue every organisation shares.</summary>
public sealed class Provider
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>The organisation that answers for it: its incidents are the provider's word, and signals about its models reach it. Null for none.</summary>
    public Guid? AnsweredBy { get; set; }
}

/// <summary>What is served: one model of one provider, shared by every organisation that probes it.</summary>
public sealed class AiModel
{
    public required ModelId Id { get; init; }

    public required string ProviderId { get; init; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Failure domains the model is declared to belong to, by id (<c>anthropic-router</c>).</summary>
    public string[] Domains { get; set; } = [];
}

/// <summary>Something that takes every model in it down together: a company, weights, a cloud region, an edge, a router.</summary>
public sealed class FailureDomain
{
    public required string Id { get; init; }

    public required string Name { get; set; }
}
