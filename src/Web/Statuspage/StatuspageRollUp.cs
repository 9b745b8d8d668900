using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Web.Public;

namespace StatusHub.Web.Statuspage;

/// <summary>
/// The state of the whole page in Statuspage's words. The table is the one Statuspage's own sample and Freshstatus'
/// documentation agree on; on top of it, a page with an open incident is never green.
/// </summary>
public static class StatuspageRollUp
{
    private const string Operational = "operational";
    private const string Degraded = "degraded_performance";
    private const string Partial = "partial_outage";
    private const string Major = "major_outage";
    private const string Maintenance = "under_maintenance";

    /// <param name="statuses">Statuses of the components that are no groups.</param>
    public static RollUpJson Of(IReadOnlyCollection<string> statuses, bool openIncident)
    {
        bool All(string status) => statuses.Count > 0 && statuses.All(s => s == status);
        bool Any(string status) => statuses.Contains(status);
        return All(Major) ? new("critical", "Major System Outage")
            : Any(Major) || All(Partial) ? new("major", "Partial System Outage")
            : Any(Partial) ? new("minor", "Minor Service Outage")
            : All(Degraded) ? new("minor", "Degraded System Service")
            : Any(Degraded) || openIncident ? new("minor", "Partially Degraded Service")
            : Any(Maintenance) ? new("none", "Service Under Maintenance")
            : new("none", "All Systems Operational");
    }

    /// <summary>The whole page now, as webhooks to its subscribers say it. Drills do not count.</summary>
    public static PageStatus Now(HubView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var now = Of([.. view.Models.Select(m => StatuspageDocument.ComponentStatus(m.Verdict.Status))], view.Incidents.Any(i => i.IsOpen && !i.Drill));
        return new PageStatus(now.Indicator, now.Description);
    }

    /// <summary>The worst of some component statuses; operational without any.</summary>
    public static string Worst(IEnumerable<string> statuses) =>
        statuses.MaxBy(s => Array.IndexOf(Order, s)) ?? Operational;

    private static readonly string[] Order = [Operational, Maintenance, Degraded, Partial, Major];
}
