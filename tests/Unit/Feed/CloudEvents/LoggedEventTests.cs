using System.Text;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Unit.Feed.CloudEvents;

public sealed class LoggedEventTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 14, 0, 0, TimeSpan.FromHours(2));
    private static readonly CloudEventJson Json = new("https://hub.example");

    private static readonly LoggedEvent Logged = new(7, Noon.AddMilliseconds(1), new HubEvent(
        "e1", "https://hub.example", EventTypes.Incident, "openai/gpt-5", Noon, OrgId: null, HubEvent.Clear, "{\n\"a\":1}"u8.ToArray()));

    private readonly string _written =
        """{"specversion":"1.0","id":"e1","source":"https://hub.example","type":"io.statushub.incident.v1","subject":"openai/gpt-5","""
        + "\"time\":\"2026-06-07T12:00:00.000000Z\",\"datacontenttype\":\"application/json\","
        + "\"dataschema\":\"https://hub.example/feed/schemas/io.statushub.incident.v1\",\"sequence\":\"00000000000000000007\","
        + "\"recordedtime\":\"2026-06-07T12:00:00.001000Z\",\"tlp\":\"clear\",\"data\":{ \"a\":1}}";

    [Fact]
    public void A_logged_event_is_written_on_one_line_with_what_the_log_adds()
    {
        Assert.Equal(_written, Encoding.UTF8.GetString(Json.Structured(Logged).Span));
        Assert.Equal($"[{_written},{_written}]", Encoding.UTF8.GetString(Json.Batch([Logged, Logged]).Span));
    }

    [Fact]
    public void A_logged_event_is_a_valid_one_and_is_read_as_what_it_was()
    {
        Assert.Null(Json.EventOf(Logged).Validate());
        Assert.Equal(Json.EventOf(Logged) with { Data = CloudEventData.Json("{ \"a\":1}"u8.ToArray()) }, Events.Read(_written));
    }
}
