using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Fallback;

/// <summary>What an organisation does when a model of its fails.</summary>
/// <param name="Needs">What every alternative must be able to do.</param>
/// <param name="Alternatives">The one to take first, first.</param>
public sealed record FallbackPlan(
    Guid OrgId, Guid Id, string Name, ModelId Primary, Requirements Needs, IReadOnlyList<PlannedAlternative> Alternatives,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    public const int MaxAlternatives = 20;
    public const int MaxPromptLength = 8_000;
    public const int MaxNameLength = 200;
}

/// <summary>One alternative of a plan.</summary>
/// <param name="Prompt">A simpler prompt for a smaller model; null for the primary's own.</param>
/// <param name="Needs">What it must be able to do besides what the plan asks of all.</param>
public sealed record PlannedAlternative(ModelId Model, string? Prompt, Requirements Needs);
