using System.Globalization;
using StatusHub.Feed.Delivery;

namespace StatusHub.Feed.Webhooks.Consent;

/// <summary>Asks a receiver whether it wants our deliveries, so that nobody can point the hub at somebody who does not.</summary>
public sealed class ConsentHandshake(GuardedClient client, HubAddress hub)
{
    /// <summary>Path below which a receiver may consent later, by GET or POST.</summary>
    public const string CallbackPath = "/feed/consent";

    /// <param name="token">For the address by which the receiver may consent later; offered only where that address is https, as the specification asks.</param>
    /// <param name="rate">Deliveries a minute asked for.</param>
    public async Task<ConsentAnswer> AskAsync(Uri sink, string token, int rate, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, sink);
        request.Headers.TryAddWithoutValidation(DeliveryRequest.OriginName, hub.Origin);
        request.Headers.TryAddWithoutValidation(ConsentRules.RateName, rate.ToString(CultureInfo.InvariantCulture));
        if (hub.IsSecure)
        {
            request.Headers.TryAddWithoutValidation(ConsentRules.CallbackName, $"{hub.Url}{CallbackPath}/{token}");
        }

        return await client.SendAsync(request, cancel) switch
        {
            OutboundResult.Answered answered => ConsentRules.Read(answered.Headers, hub.Origin),
            OutboundResult.Refused => new ConsentAnswer(null, "The hub does not go to the receiver's address."),
            _ => new ConsentAnswer(null, "The receiver did not answer when it was asked for its consent."),
        };
    }
}
