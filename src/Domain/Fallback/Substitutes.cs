using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Fallback;

/// <summary>A model that may take another's place.</summary>
/// <param name="Domains">Failure domains it is declared to belong to; its provider's id among them only says whose it is.</param>
public sealed record Substitute(ModelId Id, string Name, Verdict Verdict, IReadOnlyList<string> Domains);

/// <summary>
/// What works instead of models that fail, best first: one rule for every place that says so. Only what is calmly operational is
/// named, and never what shares a declared failure domain with the trouble: it may be the next to fall. Of the rest a model of
/// the same provider comes first, because its users' keys and prompts fit, unless that provider has other trouble too; then
/// another company is the safer choice. One model of each company is named before a second of any.
/// </summary>
public static class Substitutes
{
    private const int KeyFits = 0;
    private const int SoundCompany = 1;
    private const int TroubledCompany = 2;
    private const int TroubledAtHome = 3;

    /// <param name="failing">Those to be replaced.</param>
    /// <param name="all">Every model there is, the failing ones among them.</param>
    public static IReadOnlyList<Substitute> For(IReadOnlyCollection<Substitute> failing, IReadOnlyCollection<Substitute> all)
    {
        var ids = failing.Select(m => m.Id).ToHashSet();
        var home = failing.Select(m => m.Id.Provider).ToHashSet(StringComparer.Ordinal);
        var failed = failing.SelectMany(m => m.Domains.Where(d => d != m.Id.Provider)).ToHashSet(StringComparer.Ordinal);
        var troubled = all.Where(m => !ids.Contains(m.Id) && m.Verdict.Status.IsTrouble()).Select(m => m.Id.Provider).ToHashSet(StringComparer.Ordinal);
        var keysFail = failing.Any(m => m.Verdict.Kind == TroubleKind.Access); // keys are checked for the whole company
        return [.. all
            .Where(m => !ids.Contains(m.Id) && Works(m) && !m.Domains.Any(failed.Contains) && !(keysFail && home.Contains(m.Id.Provider)))
            .OrderBy(m => m.Name, StringComparer.Ordinal)
            .GroupBy(m => m.Id.Provider)
            .SelectMany(company => company.Select((model, nth) => (Model: model, Nth: nth, Rank: Rank(company.Key))))
            .OrderBy(c => c.Nth).ThenBy(c => c.Rank).ThenBy(c => c.Model.Name, StringComparer.Ordinal)
            .Select(c => c.Model)];

        int Rank(string company) => (home.Contains(company), troubled.Contains(company)) switch
        {
            (true, false) => KeyFits,
            (true, true) => TroubledAtHome,
            (false, false) => SoundCompany,
            (false, true) => TroubledCompany,
        };
    }

    private static bool Works(Substitute m) => m.Verdict is { Status: HealthState.Operational, Phase: JudgedPhase.Calm };
}
