using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Contracts.Api.Subscriptions;

/// <summary>Nobody gets deliveries who has not said yes: the handshake of CloudEvents' webhooks, at a real receiver.</summary>
[Collection(SubscribingCollection.Name)]
public sealed class ConsentTests(SubscribingApp app)
{
    [Theory]
    [InlineData("*", "*", null)]
    [InlineData("status.example.org", "120", 120)]
    [InlineData("STATUS.EXAMPLE.ORG", "1", 1)]
    public async Task A_receiver_that_allows_us_and_a_rate_is_delivered_to_at_once(string origin, string rate, int? allowed)
    {
        var made = await app.CreateAsync(app.Receiver.Consenting(origin, rate));
        Assert.Equal("active", SubscribingApp.State(made));
        Assert.Equal(allowed, (int?)made["status"]!["allowedRate"]);
        Assert.Null(made["status"]!["consentUntil"]);
        var asked = Assert.Single(app.Receiver.At((string)made["sink"]!));
        Assert.Equal("OPTIONS", asked.Method);
        Assert.Equal("status.example.org", asked.Headers["webhook-request-origin"]);
        Assert.Equal("600", asked.Headers["webhook-request-rate"]);
        Assert.StartsWith(ApiApp.PublicUrl + "/feed/consent/", asked.Headers["webhook-request-callback"], StringComparison.Ordinal);
        Assert.DoesNotContain("authorization", asked.Headers.Keys);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("*", null)]
    [InlineData(null, "*")]
    [InlineData("*", "0")]
    [InlineData("*", "-1")]
    [InlineData("*", "many")]
    [InlineData("*", "1.5")]
    [InlineData("other.example.org", "*")]
    [InlineData("https://status.example.org", "*")]
    [InlineData("example.org", "*")]
    public async Task A_receiver_that_says_anything_else_is_waited_for(string? origin, string? rate)
    {
        var made = await app.CreateAsync(app.Receiver.Consenting(origin, rate));
        Assert.Equal("awaiting_consent", SubscribingApp.State(made));
        Assert.NotNull(made["status"]!["because"]);
        Assert.NotNull(made["status"]!["consentUntil"]);
        await app.Alice.DeleteAsync(SubscribingApp.PathOf(made));
    }

    [Theory]
    [InlineData("GET", null, 600)]
    [InlineData("POST", null, 600)]
    [InlineData("POST", "30", 30)]
    public async Task A_receiver_may_consent_later_by_the_address_it_was_given_and_only_once(string method, string? rate, int allowed)
    {
        var made = await app.CreateAsync(app.Receiver.Consenting(origin: null, rate: null));
        var callback = CallbackOf(made);
        using var stranger = app.Api.Anyone();
        using var wrong = await stranger.GetAsync(callback[..^4] + "0000");
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        using var peek = new HttpRequestMessage(HttpMethod.Head, callback);
        using var peeked = await stranger.SendAsync(peek);
        Assert.False(peeked.IsSuccessStatusCode); // looking is not consenting
        Assert.Equal("awaiting_consent", SubscribingApp.State(await app.FindAsync(made)));

        using var given = await SendAsync(stranger, method, callback, rate);
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        var active = await app.FindAsync(made);
        Assert.Equal("active", SubscribingApp.State(active));
        Assert.Equal(allowed, (int)active["status"]!["allowedRate"]!);
        using var again = await SendAsync(stranger, method, callback, rate);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Nothing_is_sent_by_hand_either_before_the_receiver_has_consented()
    {
        var made = await app.CreateAsync(app.Receiver.Consenting(origin: null, rate: null));
        var id = Guid.Parse((string)made["id"]!);
        var position = await app.AppendAsync(EventTypes.Incident, "anthropic/unasked", []);
        await app.BuryAsync(id, position);
        foreach (var action in new[] { "test", $"deadletters/{position}/retry" })
        {
            using var refused = await app.Alice.PostAsync($"{SubscribingApp.PathOf(made)}/{action}", null);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Equal("/problems/not-consented", await Problems.TypeOfAsync(refused));
        }

        Assert.DoesNotContain(app.Receiver.At((string)made["sink"]!), r => r.Method == "POST");

        using var stranger = app.Api.Anyone();
        using var given = await stranger.GetAsync(CallbackOf(made));
        Assert.Equal("delivered", (string)(await app.PostAsync(made, "test"))["outcome"]!);
    }

    [Fact]
    public async Task A_person_reads_a_page_and_a_bad_rate_is_no_consent()
    {
        var made = await app.CreateAsync(app.Receiver.Consenting(origin: null, rate: null));
        using var stranger = app.Api.Anyone();
        using var bad = await SendAsync(stranger, "POST", CallbackOf(made), "0");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, CallbackOf(made));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var page = await stranger.SendAsync(request);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<h1>Consent given</h1>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_kept_as_a_hash_and_runs_out()
    {
        var made = await app.CreateAsync(app.Receiver.Consenting(origin: null, rate: null));
        var id = Guid.Parse((string)made["id"]!);
        var store = app.Get<SubscriptionStore>();
        var stored = (await store.FindAsync(app.Api.Alice, id, CancellationToken.None))!;
        var token = CallbackOf(made).Split('/')[^1];
        Assert.Equal(32, stored.ConsentToken!.Length);
        Assert.NotEqual(token, Convert.ToHexStringLower(stored.ConsentToken));
        Assert.InRange((stored.ConsentUntil!.Value - app.Get<Clocks>().Now).TotalDays, 6.9, 7);
        Assert.DoesNotContain(app.Api.Logged, l => l.Contains(token, StringComparison.Ordinal));
        await store.UpdateAsync(stored with { ConsentUntil = app.Get<Clocks>().Now.AddSeconds(-1) }, CancellationToken.None);
        using var stranger = app.Api.Anyone();
        using var late = await stranger.GetAsync(CallbackOf(made));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
        Assert.Equal("awaiting_consent", SubscribingApp.State(await app.FindAsync(made)));
    }

    [Fact]
    public async Task Another_sink_is_asked_anew_and_gets_no_credential_of_the_old_one()
    {
        var made = await app.CreateAsync(app.Receiver.Willing("60"), """ "sinkcredential":{"credentialtype":"PLAIN","identifier":"me","secret":"pass"} """);
        using var same = await app.Alice.PutAsync(SubscribingApp.PathOf(made), Problems.Json(SubscribingApp.Body((string)made["sink"]!)));
        var kept = await SubscribingApp.ReadAsync(same);
        Assert.Equal(("active", true, 60), (SubscribingApp.State(kept), (bool)kept["status"]!["hasCredential"]!, (int)kept["status"]!["allowedRate"]!));
        Assert.Single(app.Receiver.At((string)made["sink"]!));

        var silent = app.Receiver.Consenting(origin: null, rate: null);
        using var moved = await app.Alice.PutAsync(SubscribingApp.PathOf(made), Problems.Json(SubscribingApp.Body(silent)));
        var waiting = await SubscribingApp.ReadAsync(moved);
        Assert.Equal(("awaiting_consent", false), (SubscribingApp.State(waiting), (bool)waiting["status"]!["hasCredential"]!));
        Assert.Null(waiting["status"]!["allowedRate"]);
        Assert.Equal("OPTIONS", Assert.Single(app.Receiver.At(silent)).Method);
    }

    [Fact]
    public async Task Chat_systems_are_not_asked_until_they_are_to_get_cloudevents()
    {
        var sink = app.Receiver.Consenting(origin: null, rate: null);
        var made = await app.CreateAsync(sink, """ "config":{"format":"slack"} """);
        Assert.Equal("active", SubscribingApp.State(made));
        Assert.Empty(app.Receiver.At(sink));
        using var changed = await app.Alice.PutAsync(SubscribingApp.PathOf(made), Problems.Json(SubscribingApp.Body(sink)));
        Assert.Equal("awaiting_consent", SubscribingApp.State(await SubscribingApp.ReadAsync(changed)));
    }

    [Fact]
    public async Task One_that_was_stopped_or_gone_is_asked_when_it_is_enabled()
    {
        var made = await app.CreateAsync(app.Receiver.Willing());
        var id = Guid.Parse((string)made["id"]!);
        var store = app.Get<SubscriptionStore>();
        var stored = (await store.FindAsync(app.Api.Alice, id, CancellationToken.None))!;
        await store.UpdateAsync(stored with { State = SubscriptionState.Ended, StateBecause = "The receiver answered 410." }, CancellationToken.None);
        Assert.Equal("ended", SubscribingApp.State(await app.FindAsync(made)));
        Assert.Equal("active", SubscribingApp.State(await app.PostAsync(made, "enable")));
        Assert.Equal(2, app.Receiver.At((string)made["sink"]!).Count);

        var waiting = await app.CreateAsync(app.Receiver.Consenting(origin: null, rate: null));
        await app.PostAsync(waiting, "disable");
        using var stranger = app.Api.Anyone();
        using var given = await stranger.PostAsync(CallbackOf(waiting), null);
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        Assert.Equal("disabled", SubscribingApp.State(await app.FindAsync(waiting))); // its owner's word stands
        Assert.Equal("active", SubscribingApp.State(await app.PostAsync(waiting, "enable")));
    }

    [Fact]
    public async Task A_receiver_nobody_answers_at_is_waited_for_too()
    {
        var made = await app.CreateAsync("http://127.0.0.1:9999/nobody");
        Assert.Equal("awaiting_consent", SubscribingApp.State(made));
    }

    private string CallbackOf(JsonNode subscription) => new Uri(app.Receiver.At((string)subscription["sink"]!)[0].Headers["webhook-request-callback"]).AbsolutePath;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string address, string? rate)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (rate is not null)
        {
            request.Headers.Add("WebHook-Allowed-Rate", rate);
        }

        return await client.SendAsync(request);
    }
}
