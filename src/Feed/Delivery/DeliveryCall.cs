using System.Net;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>What came of one call.</summary>
/// <param name="Outcome">One of <see cref="AttemptOutcomes"/>.</param>
public sealed record CallResult(HttpStatusCode? Status, TimeSpan? RetryAfter, string Outcome, TimeSpan Took, string? Answer);

/// <summary>The one sender of deliveries: makes one request of a parcel, sends it through the guarded door and reads the answer.</summary>
public sealed class DeliveryCall(PayloadFormats formats, DeliverySigning signing, GuardedClient client, Clocks clocks, HubAddress hub)
{
    /// <summary>What is sent; null when the subscription's format has nothing to say of it.</summary>
    public HttpEventMessage? MessageOf(SubscriptionDefinition definition, Parcel parcel)
    {
        ArgumentNullException.ThrowIfNull(parcel);
        return Parcel.IsBatch(definition) ? formats.Batch(parcel.Events) : formats.Of(definition, parcel.Events[0]);
    }

    /// <param name="id">What the receiver tells a repetition by; see <see cref="DeliveryRequest.IdOf"/>.</param>
    public async Task<CallResult> SendAsync(Addressee to, string id, HttpEventMessage message, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(message);
        var signature = signing.Sign(to.Definition, to.Secrets, id, message.Body.Span);
        using var request = DeliveryRequest.Make(to.Definition, message, signature, to.Authorization, hub.Origin);
        var started = clocks.Real.GetTimestamp();
        return await client.SendAsync(request, cancel) switch
        {
            OutboundResult.Answered answered => Of(answered),
            OutboundResult.Failed failed => new CallResult(null, null, AttemptOutcomes.Of(failed.Fault), failed.Took, null),
            _ => new CallResult(null, null, AttemptOutcomes.Refused, clocks.Real.GetElapsedTime(started), null),
        };
    }

    private CallResult Of(OutboundResult.Answered answered) => new(
        answered.Status,
        RetryAfterHeader.Read(answered.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null, clocks.Real.GetUtcNow()),
        AttemptOutcomes.Of((int)answered.Status),
        answered.Took,
        AnswerText.Of(answered.Body.Span));
}
