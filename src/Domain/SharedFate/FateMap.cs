using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.SharedFate;

/// <summary>Everything known of which models fall together: what is declared now, and what was learned when it was last looked.</summary>
/// <param name="domains">Failure domains each model of the catalogue is declared to be in.</param>
public sealed class FateMap(IReadOnlyDictionary<ModelId, IReadOnlyList<string>> domains, CoFailure learned, FatePolicy policy)
{
    public static readonly FateMap Empty =
        new(new Dictionary<ModelId, IReadOnlyList<string>>(), CoFailure.Learn([], default, default, FatePolicy.Default), FatePolicy.Default);

    private readonly Dictionary<(ModelId, ModelId), LearnedLink> _links = learned.Links
        .SelectMany(l => new[] { ((l.A, l.B), l), ((l.B, l.A), l) }).ToDictionary(p => p.Item1, p => p.l);

    /// <summary>Failure domains a model is declared to be in; its provider is one without being named here.</summary>
    public IReadOnlyList<string> DomainsOf(ModelId model) => domains.GetValueOrDefault(model) ?? [];

    /// <summary>The declared domains two models share, a common provider as <c>provider:{id}</c>.</summary>
    public IReadOnlyList<string> Shared(ModelId a, ModelId b) =>
    [
        .. a.Provider == b.Provider ? [$"provider:{a.Provider}"] : Array.Empty<string>(),
        .. DomainsOf(a).Where(d => d != a.Provider && DomainsOf(b).Contains(d)).Order(StringComparer.Ordinal),
    ];

    /// <summary>That two models fail together though nothing declared says so; null where nothing of the kind was found.</summary>
    public LearnedLink? Link(ModelId a, ModelId b) => _links.GetValueOrDefault((a, b));

    /// <summary>Chance that <paramref name="other"/> is down while <paramref name="primary"/> is, 0 to 1; of models without a history what is declared says it.</summary>
    public double DownTogether(ModelId primary, ModelId other) =>
        learned.Knows(primary) && learned.Knows(other) ? learned.DownTogether(primary, other)
        : Shared(primary, other).Count > 0 ? policy.DeclaredPrior
        : policy.UndeclaredAbove;

    /// <summary>Chance that a model is down at any time, 0 to 1.</summary>
    public double Unavailability(ModelId model) => learned.Unavailability(model);
}
