using StatusHub.Domain.Judging;

namespace StatusHub.Web.Public.Wording;

/// <summary>A model that works while another does not.</summary>
/// <param name="Shared">Failure domains it has in common with what is failing: with none it is the safer choice.</param>
public sealed record Alternative(ModelView Model, IReadOnlyList<string> Shared);

public static class Alternatives
{
    /// <summary>
    /// What works instead of <paramref name="failing"/>: operational models, those that share no failure domain first. Models of a failing
    /// provider that share its domains come last, with what they share.
    /// </summary>
    public static IReadOnlyList<Alternative> To(IReadOnlyCollection<ModelView> failing, HubView view, int atMost)
    {
        var domains = failing.SelectMany(m => m.Domains).ToHashSet(StringComparer.Ordinal);
        var providers = failing.Select(m => m.Provider.Id).ToHashSet(StringComparer.Ordinal);
        return [.. view.Models
            .Where(m => m.Verdict.Status == HealthState.Operational && !failing.Contains(m))
            .Select(m => new Alternative(m, [.. m.Domains.Where(domains.Contains)]))
            .OrderBy(a => a.Shared.Count)
            .ThenBy(a => providers.Contains(a.Model.Provider.Id))
            .Take(atMost)];
    }
}
