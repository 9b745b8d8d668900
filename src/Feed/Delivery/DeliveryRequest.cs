using System.Globalization;
using System.Net.Http.Headers;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>
/// What one attempt at a delivery looks like on the wire: a POST with the signed body, the sender's name as it was given in the handshake
/// (CloudEvents webhooks 1.0.2, section 2.1), and what the subscriber asked to see beside it.
/// </summary>
public static class DeliveryRequest
{
    /// <summary>Names the sender to a receiver that consented to it: a DNS name.</summary>
    public const string OriginName = "WebHook-Request-Origin";

    /// <summary>The same over retries and replays, so that a receiver can tell a repetition; without a dot, which would break the signature.</summary>
    public static string IdOf(Guid subscriptionId, long position) =>
        string.Create(CultureInfo.InvariantCulture, $"{subscriptionId:N}_{position}");

    /// <param name="signature">Over exactly <see cref="HttpEventMessage.Body"/>.</param>
    /// <param name="authorization">The subscriber's credential, as it stands in <c>Authorization</c>; null for none.</param>
    /// <param name="origin">DNS name of this hub.</param>
    public static HttpRequestMessage Make(
        SubscriptionDefinition definition, HttpEventMessage message, SignatureHeaders signature, string? authorization, string origin)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(signature);
        var content = new ReadOnlyMemoryContent(message.Body);
        if (message.ContentType is { } type)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, definition.Sink) { Content = content };
        foreach (var (name, value) in definition.Headers)
        {
            Set(request.Headers, name, value);
        }

        foreach (var (name, value) in message.Headers)
        {
            Set(request.Headers, name, value);
        }

        Set(request.Headers, SignatureHeaders.IdName, signature.Id);
        Set(request.Headers, SignatureHeaders.TimestampName, signature.Timestamp);
        Set(request.Headers, SignatureHeaders.SignatureName, signature.Signature);
        Set(request.Headers, OriginName, origin);
        if (authorization is not null)
        {
            Set(request.Headers, "Authorization", authorization);
        }

        return request;
    }

    // What the framework would rewrite or refuse is sent as it was signed and accepted; later values win over the subscriber's own.
    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
