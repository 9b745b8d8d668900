using StatusHub.Domain.Catalog;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Official;

/// <summary>What a page says of one model.</summary>
/// <param name="IncidentId">The page's incident, or the component whose state it is.</param>
/// <param name="NextUpdateBy">By when the page promises to say more of it.</param>
public sealed record OfficialWord(
    ModelId Model, string IncidentId, IncidentPhase Phase, HealthState Status, string? Title, DateTimeOffset? StartedAt, DateTimeOffset? NextUpdateBy = null)
{
    public bool IsTrouble => Phase < IncidentPhase.Resolved && Status.IsTrouble();
}

/// <param name="Previous">What the page called the model's state before.</param>
public sealed record OfficialChange(OfficialWord Word, HealthState Previous);

/// <summary>
/// Reads a page's report as words on models. A component that is one model's own speaks for it. Few pages have such: often the model stands in an
/// incident's title alone, and a title that names models is believed before the components they share.
/// </summary>
public static class OfficialRules
{
    private const int LeastTitlePart = 4;

    /// <param name="models">The provider's models with their names.</param>
    /// <param name="map">Models by the id of a page's component; a component not named here is the model's whose name or id it bears.</param>
    public static IReadOnlyList<OfficialWord> WordsOf(
        OfficialReport report, IReadOnlyDictionary<ModelId, string> models, IReadOnlyDictionary<string, IReadOnlyList<ModelId>> map) =>
        [.. models.SelectMany(m => WordsOf(report, models, map, m.Key))];

    /// <summary>What is said otherwise than before; what is said no more is over.</summary>
    public static IReadOnlyList<OfficialChange> Changes(IReadOnlyList<OfficialWord> before, IReadOnlyList<OfficialWord> now)
    {
        var known = before.ToDictionary(Key);
        var said = now.Select(Key).ToHashSet();
        return
        [
            .. now.Where(w => !known.TryGetValue(Key(w), out var old) || (old.Phase, old.Status, old.Title, old.NextUpdateBy) != (w.Phase, w.Status, w.Title, w.NextUpdateBy))
                .Select(w => new OfficialChange(w, StatusOf(before, w.Model))),
            .. before.Where(w => !said.Contains(Key(w)))
                .Select(w => new OfficialChange(w with { Phase = IncidentPhase.Resolved, Status = HealthState.Operational, NextUpdateBy = null }, StatusOf(before, w.Model))),
        ];
    }

    /// <summary>The state a page gives a model: the worst it says of it.</summary>
    public static HealthState StatusOf(IEnumerable<OfficialWord> words, ModelId model) =>
        words.Where(w => w.Model == model && w.Phase < IncidentPhase.Resolved).Select(w => w.Status).DefaultIfEmpty(HealthState.Operational).Max();

    private static (ModelId, string) Key(OfficialWord word) => (word.Model, word.IncidentId);

    private static IEnumerable<OfficialWord> WordsOf(
        OfficialReport report, IReadOnlyDictionary<ModelId, string> models, IReadOnlyDictionary<string, IReadOnlyList<ModelId>> map, ModelId model)
    {
        var own = report.Components.Where(c => IsOf(c, model, models[model], map)).ToList();
        var ids = own.Select(c => c.Id).Concat(map.Where(m => m.Value.Contains(model)).Select(m => m.Key)).ToHashSet(StringComparer.Ordinal);
        var alone = ids.Where(id => !map.TryGetValue(id, out var mapped) || mapped.Count == 1).ToHashSet(StringComparer.Ordinal);
        var told = report.Incidents.Where(i => IsAbout(i, model, models, ids, alone)).ToList();
        foreach (var incident in told)
        {
            // A component that is well again while its incident is watched is the page's newer word on the state.
            var hit = own.Where(c => incident.ComponentIds.Contains(c.Id, StringComparer.Ordinal)).Select(c => c.Status).ToList();
            yield return new OfficialWord(
                model, incident.Id, incident.Phase, hit.Count > 0 ? hit.Max() : incident.Status, incident.Title, incident.StartedAt, incident.NextUpdateBy);
        }

        // What a shared component suffers from may be said to be others' alone.
        var others = report.Incidents.Where(i => NamesAny(i.Title, models)).SelectMany(i => i.ComponentIds).Where(id => !alone.Contains(id)).ToHashSet(StringComparer.Ordinal);
        if (told.Count == 0 && own.Where(c => c.Status.IsTrouble() && !others.Contains(c.Id)).MaxBy(c => c.Status) is { } worst)
        {
            yield return new OfficialWord(model, "component:" + worst.Id, IncidentPhase.Investigating, worst.Status, null, null);
        }
    }

    private static bool IsOf(OfficialComponent component, ModelId model, string name, IReadOnlyDictionary<string, IReadOnlyList<ModelId>> map) =>
        map.TryGetValue(component.Id, out var mapped)
            ? mapped.Contains(model)
            : component.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || component.Name.Equals(model.Name, StringComparison.OrdinalIgnoreCase);

    private static bool IsAbout(OfficialIncident incident, ModelId model, IReadOnlyDictionary<ModelId, string> models, HashSet<string> ids, HashSet<string> alone) =>
        incident.ComponentIds.Any(alone.Contains)
        || (NamesAny(incident.Title, models) ? Names(incident.Title, model, models[model]) : incident.ComponentIds.Any(ids.Contains));

    private static bool NamesAny(string title, IReadOnlyDictionary<ModelId, string> models) => models.Any(m => Names(title, m.Key, m.Value));

    /// <summary>By its whole name, its id, or its name without the family's: "Opus 4.8" is Claude Opus 4.8, but "5.5" is nobody.</summary>
    private static bool Names(string title, ModelId model, string name)
    {
        var part = name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return Holds(title, name) || Holds(title, model.Name) || (part.Length >= LeastTitlePart && part.Any(char.IsLetter) && Holds(title, part));
    }

    // Whole words only: "Opus 4" is not "Opus 4.8", nor the other way about.
    private static bool Holds(string title, string name)
    {
        for (var at = title.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = title.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + name.Length;
            var opens = at == 0 || !IsPart(title[at - 1]);
            var closes = end == title.Length || !IsPart(title[end]) || (title[end] is '.' && (end + 1 == title.Length || !char.IsLetterOrDigit(title[end + 1])));
            if (opens && closes)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_';
}
