using System.Net.Http.Headers;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>One delivery as an HTTP request: CloudEvents webhooks 1.0 and Standard Webhooks 1.0.0 on one message.</summary>
public static class DeliveryRequest
{
    /// <param name="authorization">The whole value of <c>Authorization</c>; null for none.</param>
    /// <param name="origin">The DNS name the hub speaks for, as in the consent handshake.</param>
    public static HttpRequestMessage Make(
        SubscriptionDefinition definition, HttpEventMessage message, SignatureHeaders signature, string? authorization, string origin)
    {
        var content = new ReadOnlyMemoryContent(message.Body);
        if (message.ContentType is { } type)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, definition.Sink) { Content = content };
        Add(request.Headers, SignatureHeaders.IdName, signature.Id);
        Add(request.Headers, SignatureHeaders.TimestampName, signature.Timestamp);
        Add(request.Headers, SignatureHeaders.SignatureName, signature.Signature);
        Add(request.Headers, "WebHook-Request-Origin", origin);
        Add(request.Headers, "Authorization", authorization);
        foreach (var (name, value) in message.Headers)
        {
            Add(request.Headers, name, value);
        }

        return request;
    }

    private static void Add(HttpRequestHeaders headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }
}
