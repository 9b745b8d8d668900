using System.Runtime.CompilerServices;
using StatusHub.Domain.Events;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.Ingest;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <summary>What the holder of a key may send: the one place where scopes and registered sources become a <see cref="Sender"/>.</summary>
internal static class Senders
{
    private static readonly HashSet<string> OfAgents = new(StringComparer.Ordinal) { EventTypes.Probe, EventTypes.Telemetry };

    // A peer's key that belongs to no agreement speaks for nobody.
    private static readonly HashSet<string> None = [];

    private static readonly ConditionalWeakTable<KeyHolder, Sender> Made = [];

    public static Sender Of(KeyHolder holder) => Made.GetValue(holder, Make);

    private static Sender Make(KeyHolder holder) => new()
    {
        OrgId = holder.OrgId,
        Sources = holder.Sources.Count > 0 ? holder.Sources
            : holder.OrgSlug == Organisation.OperatorSlug ? Sender.AnySource
            : Sender.SourcesOf(holder.OrgSlug),
        IsAgent = holder.Scopes.Contains(Scopes.Agent),
        Types = holder.Scopes.Contains(Scopes.Publish) ? null : holder.Scopes.Contains(Scopes.Agent) ? OfAgents : None,
    };
}
