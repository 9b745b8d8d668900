using System.Net;

namespace StatusHub.Web.Public.Rendering;

/// <summary>One rendered page, whole and in the parts that change by themselves.</summary>
/// <param name="Html">The document.</param>
/// <param name="Fragments">The parts that live updates replace, in page order; ids are unique, parts do not overlap.</param>
/// <param name="Main">The whole main content, for when the set of parts itself changed.</param>
public sealed record PageRendering(HttpStatusCode Status, string Html, IReadOnlyList<Fragment> Fragments, Fragment Main)
{
    /// <summary>
    /// What to send to a reader who has <paramref name="earlier"/>: the parts that differ, or the main content as one where parts came or
    /// went (or nothing is known of what the reader has). Empty when nothing changed.
    /// </summary>
    public IReadOnlyList<Fragment> ChangesSince(PageRendering? earlier)
    {
        if (earlier is null || !earlier.Fragments.Select(f => f.Id).SequenceEqual(Fragments.Select(f => f.Id), StringComparer.Ordinal))
        {
            return [Main];
        }

        return [.. Fragments.Where((f, i) => !string.Equals(f.Html, earlier.Fragments[i].Html, StringComparison.Ordinal))];
    }
}

/// <summary>An element with an id, as it stands in the page.</summary>
public sealed record Fragment(string Id, string Html);
