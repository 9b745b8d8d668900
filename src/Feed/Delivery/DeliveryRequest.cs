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
        // What the framework would rewrite or refuse is sent as it was signed and accepted.
        var headers = request.Headers;
        foreach (var (name, value) in message.Headers)
        {
            headers.TryAddWithoutValidation(name, value);
        }

        headers.TryAddWithoutValidation(SignatureHeaders.IdName, signature.Id);
        headers.TryAddWithoutValidation(SignatureHeaders.TimestampName, signature.Timestamp);
        headers.TryAddWithoutValidation(SignatureHeaders.SignatureName, signature.Signature);
        headers.TryAddWithoutValidation(OriginName, origin);
        if (authorization is not null)
        {
            headers.TryAddWithoutValidation("Authorization", authorization);
        }

        AddOwn(headers, definition.Headers);
        return request;
    }

    /// <summary>The subscriber's own, where the hub does not say something else under that name; the last of a name counts.</summary>
    private static void AddOwn(HttpRequestHeaders headers, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        for (var i = own.Count - 1; i >= 0; i--)
        {
            if (!headers.NonValidated.Contains(own[i].Key))
            {
                headers.TryAddWithoutValidation(own[i].Key, own[i].Value);
            }
        }
    }
}
