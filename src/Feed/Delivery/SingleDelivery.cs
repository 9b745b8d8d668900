using System.Text.Json;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>One delivery at once, because a person asked for it: a test, or a dead letter tried again. Nothing is retried; what happened is written down.</summary>
public sealed class SingleDelivery(
    DeliveryCall call, GuardedClient client, SealedSecrets secrets, DeliveryHistory history, HubIdentity identity, Clocks clocks)
{
    /// <summary>Sends a test event, made for this subscription alone.</summary>
    public Task<AttemptLine> TestAsync(Subscription subscription, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var now = clocks.Now;
        var data = JsonSerializer.SerializeToUtf8Bytes(new
        {
            subscriptionId = subscription.Id,
            message = "This is a test of your subscription. Nothing is wrong.",
        });
        var test = new HubEvent(
            Guid.CreateVersion7(now).ToString(), identity.Source, EventTypes.Test, Subject: null, now, subscription.OrgId,
            SharingMark.Red.WireName(), data);
        return SendAsync(subscription, new LoggedEvent(0, now, test), $"{subscription.Id:N}_test_{test.Id}", position: null, cancel);
    }

    /// <summary>Sends one event of the log again, under the name it always had for this subscription.</summary>
    public Task<AttemptLine> AgainAsync(Subscription subscription, LoggedEvent logged, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(logged);
        return SendAsync(subscription, logged, DeliveryRequest.IdOf(subscription.Id, logged.Position), logged.Position, cancel);
    }

    private async Task<AttemptLine> SendAsync(Subscription subscription, LoggedEvent logged, string id, long? position, CancellationToken cancel)
    {
        var definition = SubscriptionDefinition.Read(subscription.Definition);
        AttemptLine Ended(CallResult result) => new(
            clocks.Now, position, logged.Event.Id, logged.Event.Type, Number: 1, result.Outcome, (int?)result.Status, result.Took.TotalMilliseconds,
            NextAt: null, result.Answer);

        if (call.MessageOf(definition, new Parcel([logged])) is not { } message)
        {
            return Ended(new(null, null, AttemptOutcomes.Delivered, TimeSpan.Zero, "This format has nothing to say about this event: there was nothing to send."));
        }

        if (secrets.Open(subscription.Secrets) is not { } known)
        {
            return Ended(new(null, null, AttemptOutcomes.Unsendable, TimeSpan.Zero, "The signing secret cannot be read any more: rotate it."));
        }

        var to = new Addressee(definition, known, secrets.OpenCredential(subscription.Credential));
        using var request = call.RequestOf(to, id, message);
        var attempt = Ended(call.ResultOf(await client.SendAsync(request, cancel)));
        await history.AddAsync(subscription.OrgId, subscription.Id, attempt, cancel);
        return attempt;
    }
}
