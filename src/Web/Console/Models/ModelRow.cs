using StatusHub.Domain.Judging;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Web.Console.Models;

/// <summary>One line of the grid: what is sorted and filtered by, in plain values.</summary>
/// <param name="Weight">States by how much they hurt, so that sorting by state brings the worst up.</param>
/// <param name="FailureShare">Expected share of requests failing now, 0 to 1; null while unknown.</param>
/// <param name="TtftMs">Median time to first token of the last hour.</param>
public sealed record ModelRow(
    string Id,
    string Name,
    string Provider,
    HealthState State,
    int Weight,
    double? FailureShare,
    double? TtftMs,
    double? TtftP95Ms,
    DateTimeOffset? EvidenceAt,
    Guid? IncidentId,
    string? Incident)
{
    public static IReadOnlyList<ModelRow> Of(HubView view)
    {
        var titles = view.Incidents.ToDictionary(i => i.Id, i => i.Title);
        return [.. view.Models.Select(model => Of(model, model.IncidentId is { } id ? titles.GetValueOrDefault(id) : null))];
    }

    private static ModelRow Of(ModelView model, string? incident) => new(
        model.Id.Value,
        model.Name,
        model.Provider.Name,
        model.Verdict.Status,
        StateWords.Weight(model.Verdict.Status),
        model.Verdict.Status == HealthState.Unknown ? null : model.Verdict.FailureShare,
        model.Ttft?.P50,
        model.Ttft?.P95,
        model.Verdict.LastEvidenceAt,
        model.IncidentId,
        incident);

    /// <summary>Whether every word asked for occurs in the name, the id or the provider.</summary>
    public bool Matches(string words) => words
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .All(word => Id.Contains(word, StringComparison.OrdinalIgnoreCase)
            || Name.Contains(word, StringComparison.OrdinalIgnoreCase)
            || Provider.Contains(word, StringComparison.OrdinalIgnoreCase));
}
