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

/// <summary>A delivery as a request, and what its answer means: what lies between is the guarded door's. Everything that delivers comes through here.</summary>
public sealed class DeliveryCall(PayloadFormats formats, DeliverySigning signing, Clocks clocks, HubAddress hub)
{
    /// <summary>What is sent; null when the subscription's format has nothing to say of it.</summary>
    public HttpEventMessage? MessageOf(SubscriptionDefinition definition, Parcel parcel)
    {
        ArgumentNullException.ThrowIfNull(parcel);
        return Parcel.IsBatch(definition) ? formats.Batch(parcel.Events) : formats.Of(definition, parcel.Events[0]);
    }

    /// <summary>One attempt, signed now.</summary>
    /// <param name="id">What the receiver tells a repetition by; see <see cref="DeliveryRequest.IdOf"/>.</param>
    public HttpRequestMessage RequestOf(Addressee to, string id, HttpEventMessage message)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(message);
        var signature = signing.Sign(to.Definition, to.Secrets, id, message.Body.Span);
        return DeliveryRequest.Make(to.Definition, message, signature, to.Authorization, hub.Origin);
    }

    public CallResult ResultOf(OutboundResult outbound) => outbound switch
    {
        OutboundResult.Answered answered => new CallResult(
            answered.Status, RetryAfter(answered), AttemptOutcomes.Of((int)answered.Status), answered.Took, AnswerText.Of(answered.Body.Span)),
        OutboundResult.Failed failed => new CallResult(null, null, AttemptOutcomes.Of(failed.Fault), failed.Took, null),
        _ => new CallResult(null, null, AttemptOutcomes.Refused, outbound.Took, null),
    };

    private TimeSpan? RetryAfter(OutboundResult.Answered answered) =>
        answered.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? RetryAfterHeader.Read(values.First(), clocks.Real.GetUtcNow()) : null;
}
