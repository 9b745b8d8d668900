using StatusHub.Domain.Judging;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Web.Public.Rendering;

/// <summary>What every part of a page may need: the view, the moment, the site.</summary>
/// <param name="View">Already honest about its age: too old, every model in it is unknown.</param>
/// <param name="Now">Hub time of the rendering.</param>
/// <param name="Path">Of this page, without base path.</param>
public sealed record PageContext(HubView View, DateTimeOffset Now, string Path, PageOptions Options, PageAssets Assets)
{
    public TimeSpan Age => Now - View.AsOf;

    public bool IsStale => Age >= TimeSpan.FromSeconds(Options.StaleAfterSeconds);

    public bool IsTooOld => Age >= TimeSpan.FromSeconds(Options.UnknownAfterSeconds);

    /// <summary>A path of this site with its base in front.</summary>
    public string Url(string path) => path == PublicPages.Home && Options.BasePath.Length > 0 ? Options.BasePath : Options.BasePath + path;

    public string Absolute(DateTimeOffset at) => TimeWords.Absolute(at, Now);

    public static PageContext Of(HubView view, DateTimeOffset now, string path, PageOptions options, PageAssets assets) =>
        new(Honest(view, now, options), now, path, options, assets);

    /// <summary>The view as it may be shown at a moment: too old, it claims no state any more, to people and machines alike.</summary>
    public static HubView Honest(HubView view, DateTimeOffset now, PageOptions options)
    {
        var age = now - view.AsOf;
        return age >= TimeSpan.FromSeconds(options.UnknownAfterSeconds) ? Forget(view, age) : view;
    }

    private static HubView Forget(HubView view, TimeSpan age) => view with
    {
        Models = [.. view.Models.Select(m => m with
        {
            Eta = null,
            Verdict = Verdict.Unmeasured(view.AsOf) with
            {
                LastEvidenceAt = m.Verdict.LastEvidenceAt,
                UnknownBecause = $"what this page knows is {TimeWords.Span(age)} old",
            },
        })],
        Incidents = [.. view.Incidents.Select(i => !i.IsOpen ? i : i with
        {
            Eta = null,
            Impact = HealthState.Unknown,
            Impacts = [.. i.Impacts.Select(hit => hit with { Status = HealthState.Unknown })],
        })],
    };
}
