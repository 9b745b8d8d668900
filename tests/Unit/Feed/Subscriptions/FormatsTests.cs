using System.Text;
using System.Text.Json.Nodes;
using StatusHub.Domain.Events;
using StatusHub.Feed;
using StatusHub.Domain.Storage;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Subscriptions.Formats;

namespace StatusHub.Unit.Feed.Subscriptions;

/// <summary>What each receiver is sent, to the letter.</summary>
public sealed class FormatsTests
{
    private const string Hub = "https://hub.example";
    private const string Model = "anthropic/claude-opus-4-8";

    private static readonly DateTimeOffset At = new(2026, 6, 3, 9, 12, 30, TimeSpan.Zero);
    private static readonly string[] Chats = ["slack", "teams", "discord"];

    [Fact]
    public void Slack_gets_blocks_and_a_text()
    {
        AssertJson(
            """
            {"text":"Claude Opus 4.8 fails most requests","mrkdwn":false,"unfurl_links":false,"blocks":[
              {"type":"header","text":{"type":"plain_text","text":"Claude Opus 4.8 fails most requests","emoji":false}},
              {"type":"section","text":{"type":"plain_text","text":"Claude Sonnet 5 works normally and can be used meanwhile.\nPhase: investigating\nSince: 2026-06-03 09:10 UTC\nanthropic/claude-opus-4-8: major outage","emoji":false}},
              {"type":"context","elements":[{"type":"mrkdwn","text":"<https://hub.example/incidents/01970000-0000-7000-8000-000000000001|Details> · 2026-06-03 09:12 UTC"}]}]}
            """,
            Sent("slack", Incident()));
    }

    [Fact]
    public void Teams_gets_a_card_without_markdown()
    {
        AssertJson(
            """
            {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{
              "$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4","fallbackText":"Claude Opus 4.8 fails most requests","body":[
                {"type":"RichTextBlock","inlines":[{"size":"Large","weight":"Bolder","color":"Attention","type":"TextRun","text":"Claude Opus 4.8 fails most requests"}]},
                {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Claude Sonnet 5 works normally and can be used meanwhile."}]},
                {"type":"RichTextBlock","inlines":[{"isSubtle":true,"type":"TextRun","text":"Phase: investigating"}]},
                {"type":"RichTextBlock","inlines":[{"isSubtle":true,"type":"TextRun","text":"Since: 2026-06-03 09:10 UTC"}]},
                {"type":"RichTextBlock","inlines":[{"isSubtle":true,"type":"TextRun","text":"anthropic/claude-opus-4-8: major outage"}]}],
              "actions":[{"type":"Action.OpenUrl","title":"Details","url":"https://hub.example/incidents/01970000-0000-7000-8000-000000000001"}]}}]}
            """,
            Sent("teams", Incident()));
    }

    [Fact]
    public void Discord_gets_an_embed_that_mentions_nobody()
    {
        AssertJson(
            """
            {"allowed_mentions":{"parse":[]},"embeds":[{"title":"Claude Opus 4\\.8 fails most requests",
              "description":"Claude Sonnet 5 works normally and can be used meanwhile\\.\nPhase\\: investigating\nSince\\: 2026\\-06\\-03 09\\:10 UTC\nanthropic/claude\\-opus\\-4\\-8\\: major outage",
              "url":"https://hub.example/incidents/01970000-0000-7000-8000-000000000001","color":12596780,"timestamp":"2026-06-03T09:12:30.000Z"}]}
            """,
            Sent("discord", Incident()));
    }

    [Fact]
    public void Statuspages_receivers_get_its_incident()
    {
        AssertJson(
            $$"""
            {"meta":{"unsubscribe":"https://hub.example/subscribe","documentation":"https://hub.example/feed","generated_at":"2026-06-03T09:12:31.000Z"},
             "page":{"id":"{{StatuspageWebhooks.IdOf("page", Hub)}}","status_indicator":"major","status_description":"Partial System Outage"},
             "incident":{"name":"Claude Opus 4.8 fails most requests","status":"investigating","created_at":"2026-06-03T09:12:00.000Z","updated_at":"2026-06-03T09:12:30.000Z",
               "monitoring_at":null,"resolved_at":null,"impact":"critical","shortlink":"https://hub.example/incidents/01970000-0000-7000-8000-000000000001",
               "postmortem_ignored":false,"postmortem_body":null,"postmortem_body_last_updated_at":null,"postmortem_published_at":null,
               "postmortem_notified_subscribers":false,"postmortem_notified_twitter":false,"backfilled":false,"scheduled_for":null,"scheduled_until":null,
               "scheduled_remind_prior":false,"scheduled_reminded_at":null,"impact_override":null,"scheduled_auto_in_progress":false,"scheduled_auto_completed":false,
               "id":"{{StatuspageWebhooks.IdOf("incident", "01970000-0000-7000-8000-000000000001")}}","page_id":"{{StatuspageWebhooks.IdOf("page", Hub)}}",
               "incident_updates":[{"id":"{{StatuspageWebhooks.IdOf("update", "e1")}}","status":"investigating","body":"Claude Sonnet 5 works normally and can be used meanwhile.",
                 "incident_id":"{{StatuspageWebhooks.IdOf("incident", "01970000-0000-7000-8000-000000000001")}}","created_at":"2026-06-03T09:12:30.000Z","updated_at":"2026-06-03T09:12:30.000Z",
                 "display_at":"2026-06-03T09:12:30.000Z","affected_components":null,"deliver_notifications":true,"custom_tweet":null,"tweet_id":null}],
               "components":[{"status":"major_outage","name":"{{Model}}","created_at":"2026-06-03T09:12:00.000Z","updated_at":"2026-06-03T09:12:30.000Z","position":1,
                 "description":null,"showcase":true,"id":"{{StatuspageWebhooks.IdOf("model", Model)}}","page_id":"{{StatuspageWebhooks.IdOf("page", Hub)}}","group_id":"{{StatuspageWebhooks.IdOf("provider", "anthropic")}}"}]} }
            """,
            Sent("statuspage", Incident()));
    }

    [Fact]
    public void Statuspages_receivers_get_its_component_update()
    {
        var body = Sent("statuspage", Status("operational", "major_outage"))!;
        Assert.Equal("major_outage", (string)body["component"]!["status"]!);
        AssertJson(
            $$"""
            {"old_status":"operational","new_status":"major_outage","created_at":"2026-06-03T09:12:30.000Z","component_type":"Component",
             "id":"{{StatuspageWebhooks.IdOf("update", "e1")}}","component_id":"{{StatuspageWebhooks.IdOf("model", Model)}}"}
            """,
            body["component_update"]);
        Assert.Null(Sent("statuspage", Status("degraded_performance", "unknown"))); // both are the same word there
    }

    [Fact]
    public void Every_kind_of_event_that_says_something_to_people_becomes_a_message_and_no_other()
    {
        JsonObject data = new() { ["model"] = Model, ["status"] = "operational", ["title"] = "T", ["message"] = "M" };
        string[] said = [EventTypes.Incident, EventTypes.ModelStatus, EventTypes.Maintenance, EventTypes.Official, EventTypes.Escalation, EventTypes.Objective, EventTypes.Test];
        foreach (var format in Chats)
        {
            Assert.Equal(said, EventTypes.All.Where(t => Sent(format, Logged(t, data)) is not null).Order(Comparer<string>.Create((a, b) => Array.IndexOf(said, a) - Array.IndexOf(said, b))));
            Assert.Null(Sent(format, Incident(("notify", false))));
        }
    }

    [Fact]
    public void A_drill_says_so_first_and_never_reaches_those_who_could_not_see_it()
    {
        var drill = Incident(("drill", true));
        foreach (var format in Chats)
        {
            Assert.Contains("DRILL: ", Sent(format, drill)!.ToJsonString().Replace("\\\\", ""), StringComparison.Ordinal);
            Assert.DoesNotContain("DRILL", Sent(format, Incident())!.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Null(Sent("statuspage", drill));
    }

    [Fact]
    public void What_others_wrote_forges_no_markup_and_fits()
    {
        var hostile = "<!channel> <https://evil.example|click> @everyone **bold** [x](https://evil.example) & \ud83d\ude00" + new string('x', 9_000);
        var e = Incident(("title", hostile), ("message", hostile), ("impact", new JsonArray([.. Enumerable.Range(0, 500).Select(i => (JsonNode)new JsonObject { ["model"] = hostile, ["status"] = hostile })])));
        var slack = Sent("slack", e)!;
        Assert.StartsWith("&lt;!channel&gt; &lt;https://evil.example|click&gt; @everyone", (string)slack["text"]!, StringComparison.Ordinal);
        Assert.All(slack["blocks"]!.AsArray().SkipLast(1), b => Assert.Equal("plain_text", (string)b!["text"]!["type"]!));
        Assert.InRange(((string)slack["blocks"]![0]!["text"]!["text"]!).Length, 1, 150);
        Assert.InRange(((string)slack["blocks"]![1]!["text"]!["text"]!).Length, 1, 4_000);
        var embed = Sent("discord", e)!["embeds"]![0]!;
        Assert.StartsWith("\\<!channel\\> \\<https\\://evil\\.example\\|click\\> \\@everyone \\*\\*bold\\*\\* \\[x\\]\\(", (string)embed["title"]!, StringComparison.Ordinal);
        Assert.InRange(((string)embed["title"]!).Length, 1, 256);
        Assert.InRange(((string)embed["description"]!).Length, 1, 4_096);
        Assert.InRange(Encoding.UTF8.GetByteCount(Sent("teams", e)!.ToJsonString()), 1, 28_000);
    }

    [Theory]
    [InlineData("""{"title":7,"impact":{"model":"x"},"startedAt":"soon","phase":[],"incidentId":"../../x","notify":"no"}""")]
    [InlineData("""{"title":"\ud800","message":null,"impact":[null,7,{"model":8}],"links":"x"}""")]
    [InlineData("""[1,2]""")]
    [InlineData("null")]
    public void Data_of_any_shape_is_carried_without_a_throw(string data)
    {
        var logged = new LoggedEvent(7, At, new HubEvent("e1", "urn:x", EventTypes.Incident, "not a model", At, null, HubEvent.Clear, Encoding.UTF8.GetBytes(data)));
        foreach (var format in PayloadFormats.Names)
        {
            var message = Formats().Of(new SubscriptionDefinition { Sink = new Uri("https://a.example"), Format = format }, logged);
            Assert.NotNull(message);
            Assert.DoesNotContain("..", format == "cloudevents" ? "" : Encoding.UTF8.GetString(message.Body.Span), StringComparison.Ordinal);
        }
    }

    private static JsonNode? Sent(string format, LoggedEvent logged) =>
        Formats().Of(new SubscriptionDefinition { Sink = new Uri("https://a.example"), Format = format }, logged) is { } message
            ? JsonNode.Parse(message.Body.Span)
            : null;

    private static PayloadFormats Formats() => new(new CloudEventJson(Hub), new PeerFormat(new CloudEventJson(Hub), new HubIdentity()), new HubAddress(Hub), () => new PageStatus("major", "Partial System Outage"));

    private static LoggedEvent Incident(params (string Name, JsonNode Value)[] members)
    {
        var data = new JsonObject
        {
            ["incidentId"] = "01970000-0000-7000-8000-000000000001",
            ["phase"] = "investigating",
            ["impact"] = new JsonArray(new JsonObject { ["model"] = Model, ["status"] = "major_outage", ["worst"] = "major_outage" }),
            ["title"] = "Claude Opus 4.8 fails most requests",
            ["message"] = "Claude Sonnet 5 works normally and can be used meanwhile.",
            ["startedAt"] = At.AddMinutes(-2),
            ["detectedAt"] = At.AddSeconds(-30),
            ["resolvedAt"] = null,
            ["notify"] = true,
        };
        foreach (var (name, value) in members)
        {
            data[name] = value;
        }

        return Logged(EventTypes.Incident, data);
    }

    private static LoggedEvent Status(string before, string after) =>
        Logged(EventTypes.ModelStatus, new JsonObject { ["model"] = Model, ["status"] = after, ["previous"] = before, ["since"] = At });

    private static LoggedEvent Logged(string type, JsonObject data) => new(7, At.AddSeconds(1), new HubEvent(
        "e1", "urn:hub", type, Model, At, null, HubEvent.Clear, Encoding.UTF8.GetBytes(data.ToJsonString())));

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Was:\n{actual?.ToJsonString()}");
}
