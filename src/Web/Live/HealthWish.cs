using System.Collections.Frozen;
using Microsoft.AspNetCore.SignalR;
using StatusHub.Domain.Catalog;

namespace StatusHub.Web.Live;

/// <summary>Which models a client wants to hear of: all, some by id, or whole providers (<c>anthropic/*</c>), also models to come.</summary>
internal sealed record HealthWish(FrozenSet<string> Models, FrozenSet<string> Providers)
{
    private const string WholeProvider = "/*";

    public bool WantsAll => Models.Count + Providers.Count == 0;

    public bool Wants(string model) =>
        WantsAll || Models.Contains(model) || (ModelId.TryParse(model, out var id) && Providers.Contains(id.Provider));

    /// <exception cref="HubException">A name is no model and no provider of this hub; its message is for the client.</exception>
    public static HealthWish Of(IReadOnlyList<string> names, IReadOnlySet<ModelId> known)
    {
        var (models, providers) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i]?.EndsWith(WholeProvider, StringComparison.Ordinal) == true && known.Any(id => id.Provider == names[i][..^WholeProvider.Length]))
            {
                providers.Add(names[i][..^WholeProvider.Length]);
            }
            else if (ModelId.TryParse(names[i], out var id) && known.Contains(id))
            {
                models.Add(id.Value);
            }
            else
            {
                throw new HubException($"There is no such model: number {i + 1} of the list.");
            }
        }

        return new HealthWish(models.ToFrozenSet(StringComparer.Ordinal), providers.ToFrozenSet(StringComparer.Ordinal));
    }
}
