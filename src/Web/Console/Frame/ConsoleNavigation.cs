using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Console.Frame;

/// <summary>The console's places, in order. A new capability is one line here and a folder beside this one.</summary>
public static class ConsoleNavigation
{
    /// <param name="Least">The least role that finds anything there; null for whoever is signed in.</param>
    public sealed record Place(string Path, string Title, Role? Least);

    public static readonly IReadOnlyList<Place> Places =
    [
        new("/console", "Models", null),
        new("/console/endpoints", "Endpoints", Role.Viewer),
        new("/console/escalations", "Escalations", Role.Viewer),
        new("/console/plans", "Plans", Role.Viewer),
        new("/console/objectives", "Objectives", Role.Viewer),
        new("/console/contracts", "Contracts", Role.Viewer),
        new("/console/account", "Account", null),
    ];

    /// <summary>The place a path belongs to: the longest that it lies under, the start page for everything else.</summary>
    public static Place Of(string path) =>
        Places.Where(p => path.StartsWith(p.Path, StringComparison.OrdinalIgnoreCase)).MaxBy(p => p.Path.Length) ?? Places[0];
}
