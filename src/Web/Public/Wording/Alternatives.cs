using StatusHub.Domain.Fallback;

namespace StatusHub.Web.Public.Wording;

/// <summary>A model that works while another does not.</summary>
/// <param name="Shared">Failure domains it has in common with what is failing; by the rule at most the company.</param>
public sealed record Alternative(ModelView Model, IReadOnlyList<string> Shared);

public static class Alternatives
{
    /// <summary>What works instead of <paramref name="failing"/>, by the rule of <see cref="Substitutes"/>.</summary>
    public static IReadOnlyList<Alternative> To(IReadOnlyCollection<ModelView> failing, HubView view, int atMost)
    {
        var domains = failing.SelectMany(m => m.Domains).ToHashSet(StringComparer.Ordinal);
        var models = view.Models.ToDictionary(m => m.Id);
        return [.. Substitutes.For([.. failing.Select(Of)], [.. view.Models.Select(Of)])
            .Take(atMost)
            .Select(s => new Alternative(models[s.Id], [.. s.Domains.Where(domains.Contains)]))];
    }

    private static Substitute Of(ModelView m) => new(m.Id, m.Name, m.Verdict, m.Domains);
}
