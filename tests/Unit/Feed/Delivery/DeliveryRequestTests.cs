using System.Text;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Unit.Feed.Delivery;

public sealed class DeliveryRequestTests
{
    private static readonly SignatureHeaders Signed = new("abc_7", "1614265330", "v1,xyz v1,uvw");

    [Fact]
    public async Task A_delivery_carries_its_body_its_signature_its_sender_and_what_the_subscriber_wants_to_see()
    {
        var definition = SubscriptionDefinition.Read(
            """{"sink":"https://a.example/hook?x=1","protocolsettings":{"headers":{"X-Team":"blue"}},"config":{"signature":"v1,v1a"}}""");
        var message = new HttpEventMessage("application/json", [new("ce-id", "a%20b")], Encoding.UTF8.GetBytes("{}"));
        using var request = DeliveryRequest.Make(definition, message, Signed, "Bearer sesame", "hub.example");
        Assert.Equal((HttpMethod.Post, "https://a.example/hook?x=1"), (request.Method, request.RequestUri!.AbsoluteUri));
        var headers = request.Headers.NonValidated.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["X-Team"] = "blue",
                ["ce-id"] = "a%20b",
                ["webhook-id"] = "abc_7",
                ["webhook-timestamp"] = "1614265330",
                ["webhook-signature"] = "v1,xyz v1,uvw",
                ["WebHook-Request-Origin"] = "hub.example",
                ["Authorization"] = "Bearer sesame",
            },
            headers);
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.ToString());
        Assert.Equal("{}", await request.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["v1", "v1a"], definition.Signatures);
    }

    [Fact]
    public void A_subscribers_header_never_stands_in_for_ours()
    {
        var definition = new SubscriptionDefinition
        {
            Sink = new Uri("https://a.example"),
            Headers = [new("webhook-id", "forged"), new("WEBHOOK-REQUEST-ORIGIN", "evil.example")],
        };
        using var request = DeliveryRequest.Make(definition, new HttpEventMessage(null, [], default), Signed, null, "hub.example");
        Assert.Equal("abc_7", request.Headers.GetValues("webhook-id").Single());
        Assert.Equal("hub.example", request.Headers.GetValues("WebHook-Request-Origin").Single());
        Assert.Null(request.Content!.Headers.ContentType);
    }

    [Fact]
    public void A_delivery_is_named_by_its_subscription_and_place_without_a_dot() => Assert.Equal(
        "0197a1b2c3d47e5f8a9b0c1d2e3f4a5b_42", DeliveryRequest.IdOf(Guid.Parse("0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), 42));
}
