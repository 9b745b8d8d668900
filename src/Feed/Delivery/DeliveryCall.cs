using System.Net;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>What came of one call.</summary>
/// <param name="Outcome">One of <see cref="AttemptOutcomes"/>.</param>
internal sealed record CallResult(HttpStatusCode? Status, TimeSpan? RetryAfter, string Outcome, TimeSpan Took, string? Answer);

/// <summary>Makes one request of a parcel, sends it through the guarded door and reads the answer.</summary>
internal sealed class DeliveryCall(PayloadFormats formats, DeliverySigning signing, GuardedClient client, Clocks clocks, string origin)
{
    /// <summary>What is sent; null when the subscription's format has nothing to say of it.</summary>
    public HttpEventMessage? MessageOf(SubscriptionDefinition definition, Parcel parcel) =>
        Parcel.IsBatch(definition) ? formats.Batch(parcel.Events) : formats.Of(definition, parcel.Events[0]);

    public async Task<CallResult> SendAsync(Lane lane, Parcel parcel, HttpEventMessage message, CancellationToken cancel)
    {
        var id = DeliveryRequest.IdOf(lane.Id, parcel.Last);
        var signature = signing.Sign(lane.Definition, lane.Secrets!, id, message.Body.Span);
        using var request = DeliveryRequest.Make(lane.Definition, message, signature, lane.Authorization, origin);
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
