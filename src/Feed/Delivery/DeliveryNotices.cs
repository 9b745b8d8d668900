using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;

namespace StatusHub.Feed.Delivery;

/// <summary>What the owner of a subscription is told about it through the log: red, so to its organisation alone.</summary>
public sealed class DeliveryNotices(HubIdentity identity)
{
    /// <param name="state"><c>failing</c>, <c>behind</c>, <c>disabled</c> or <c>ended</c>.</param>
    /// <param name="run">The failures that led there; null where none did.</param>
    public HubEvent Of(Guid orgId, Guid subscriptionId, string state, string because, FailureRun? run, DateTimeOffset now)
    {
        var data = new JsonObject
        {
            ["subscriptionId"] = subscriptionId.ToString(),
            ["state"] = state,
            ["because"] = because,
            ["since"] = run?.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["failures"] = run?.Count ?? 0,
        };
        return new HubEvent(
            Guid.CreateVersion7(now).ToString(), identity.Source, EventTypes.Subscription, null, now, orgId,
            SharingMark.Red.WireName(), JsonSerializer.SerializeToUtf8Bytes(data));
    }

    /// <summary>The log dropped what it waited for.</summary>
    /// <param name="days">How long the log waits for anybody.</param>
    public HubEvent Behind(PassedOver passed, int days, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(passed);
        var because = $"Events older than {days} days were dropped before they were delivered: everything it wanted between {passed.From + 1} and {passed.To} of the log. Delivery goes on behind that.";
        return Of(passed.OrgId, passed.SubscriptionId, "behind", because, null, now);
    }

    /// <summary>Why a subscription stops, in words for its owner.</summary>
    public static (SubscriptionState State, string Name, string Because) Stopped(NextStep step, FailureRun run, string outcome) => step switch
    {
        NextStep.Ended => (SubscriptionState.Ended, "ended", "The receiver answered 410: it is gone for good."),
        _ => (SubscriptionState.Disabled, "disabled", $"Nothing but failure since {run.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {run.Count} attempts; the last: {outcome}."),
    };
}
