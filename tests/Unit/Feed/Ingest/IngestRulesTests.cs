using System.Text;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Ingest;

namespace StatusHub.Unit.Feed.Ingest;

/// <summary>What a sender may send, and in which form it is kept.</summary>
public sealed class IngestRulesTests
{
    private const string Hub = "urn:uuid:hub";

    private static readonly DateTimeOffset Now = new(2026, 6, 7, 10, 0, 0, TimeSpan.Zero);
    private static readonly Sender Alice = new() { OrgId = Guid.Empty, Sources = Sender.SourcesOf("alice") };
    private static readonly Sender Operator = Alice with { Sources = Sender.AnySource };
    private static readonly CloudEvent Usual = new() { Id = "1", Source = "urn:statushub:org:alice", Type = "com.example.v1" };

    [Theory]
    [InlineData("urn:statushub:org:alice", true)]
    [InlineData("urn:statushub:org:alice:a", true)]
    [InlineData("urn:statushub:org:alice/a", true)]
    [InlineData("urn:statushub:org:alice2", false)]
    [InlineData("URN:statushub:org:alice", false)]
    [InlineData("urn:statushub:org:", false)]
    public void An_organisation_speaks_for_its_own_name_and_below(string source, bool may) => Assert.Equal(may, Alice.SpeaksFor(source));

    [Fact]
    public void Nobody_speaks_for_the_hub_however_wide_its_sources()
    {
        Assert.True(Operator.SpeaksFor(Hub));
        Assert.Equal(IngestFault.SourceNotOwned, Check(Operator, Usual with { Source = Hub })?.Fault);
    }

    [Fact]
    public void What_only_hubs_make_is_taken_from_nobody_and_what_agents_measure_from_agents_alone()
    {
        foreach (var type in EventTypes.All)
        {
            var isTaken = !Sender.Reserved.Contains(type);
            Assert.Equal(isTaken && type != EventTypes.Probe, Alice.MaySend(type));
            Assert.Equal(isTaken, (Alice with { IsAgent = true }).MaySend(type));
        }
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(10.01, true)]
    [InlineData(-1_000_000, false)]
    public void A_time_lies_ten_minutes_ahead_at_most(double minutes, bool refused) => Assert.Equal(
        refused ? IngestFault.TimeFuture : null,
        Check(Alice, Usual with { Time = Now.AddMinutes(minutes).ToString("O") })?.Fault);

    [Fact]
    public void What_is_malformed_is_told_before_what_is_forbidden_and_that_before_what_is_senseless()
    {
        CloudEvent[] events = [Usual with { Time = "2099-01-01T00:00:00Z" }, Usual with { Source = "urn:other" }, Usual with { Id = new string('i', 257) }];
        var error = IngestRules.Check(events, isBatch: true, Alice, Hub, Now);
        Assert.Equal((IngestFault.Malformed, "/2/id"), (error?.Fault, error?.Places[0].Path));
        error = IngestRules.Check(events[..2], isBatch: true, Alice, Hub, Now);
        Assert.Equal((IngestFault.SourceNotOwned, "/1/source"), (error?.Fault, error?.Places[0].Path));
        error = IngestRules.Check(events[..1], isBatch: true, Alice, Hub, Now);
        Assert.Equal((IngestFault.TimeFuture, "/0/time"), (error?.Fault, error?.Places[0].Path));
    }

    [Theory]
    [InlineData("""{"a":{"x":1},"b":{"x":1}}""", null)] // the same name in two objects
    [InlineData("""[{"x":1},{"x":1}]""", null)]
    [InlineData("""{"a":{"x":1},"x":2}""", null)]
    [InlineData("""{"a":{"x":1,"x":1}}""", "duplicate")]
    [InlineData("""{"a":1,"b":{"a":1},"a":2}""", "duplicate")]
    [InlineData("""{"a":1,"\u0061":2}""", "duplicate")]
    [InlineData(""" "\u0000" """, "control-character")]
    [InlineData("""{"\u0000":1}""", "control-character")]
    [InlineData("""["\ud83d\ude00"]""", null)]
    [InlineData("""["\ude00\ud83d"]""", "encoding")]
    [InlineData("17", null)]
    public void Data_means_the_same_to_everybody_or_is_refused(string json, string? code)
    {
        var error = Check(Alice, Usual with { Data = CloudEventData.Json(Encoding.UTF8.GetBytes(json)) });
        Assert.Equal(code, error?.Places[0].Code);
    }

    [Fact]
    public void An_event_without_a_mark_gets_the_one_of_its_type_and_keeps_it()
    {
        Assert.Equal("clear", Envelope.Of(Usual, Guid.Empty, Now).Tlp);
        var signal = Envelope.Of(Usual with { Type = EventTypes.Signal }, Guid.Empty, Now);
        Assert.Equal("amber", signal.Tlp);
        Assert.Contains("\"tlp\":\"amber\"", Text(signal), StringComparison.Ordinal);
        Assert.Equal("red", Envelope.Of(Usual with { Extensions = [new("tlp", "red")] }, Guid.Empty, Now).Tlp);
    }

    [Fact]
    public void The_order_of_extensions_and_the_space_around_data_make_no_difference()
    {
        var one = Usual with { Extensions = [new("b", "1"), new("a", "2"), new("tlp", "clear")], Data = CloudEventData.Json("{\"x\": 1}\n"u8.ToArray()) };
        var other = Usual with { Extensions = [new("a", "2"), new("b", "1")], Data = CloudEventData.Json(" {\"x\": 1}"u8.ToArray()) };
        Assert.Equal(Text(Envelope.Of(one, Guid.Empty, Now)), Text(Envelope.Of(other, Guid.Empty, Now)));
        Assert.EndsWith("\"a\":\"2\",\"b\":\"1\",\"tlp\":\"clear\",\"data\":{\"x\": 1}}", Text(Envelope.Of(one, Guid.Empty, Now)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_a_time_is_dated_by_the_hub_and_its_envelope_is_not()
    {
        var kept = Envelope.Of(Usual, Guid.Empty, Now);
        Assert.Equal(Now, kept.Time);
        Assert.DoesNotContain("time", Text(kept), StringComparison.Ordinal);
    }

    [Fact]
    public void What_its_escapes_make_larger_than_a_readers_page_is_refused()
    {
        var headers = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>
        {
            ["Content-Type"] = "text/plain",
            ["ce-specversion"] = "1.0",
            ["ce-id"] = "1",
            ["ce-source"] = Usual.Source,
            ["ce-type"] = Usual.Type,
        };
        var (small, none) = Arrival.Read(headers, Encoding.ASCII.GetBytes(new string('<', 80_000)), Alice, Hub, Now);
        Assert.Null(none);
        Assert.InRange(Assert.Single(small).Size, 480_000, IngestLimits.EnvelopeBytes);
        var (events, error) = Arrival.Read(headers, Encoding.ASCII.GetBytes(new string('<', 100_000)), Alice, Hub, Now);
        Assert.Empty(events);
        Assert.Equal(IngestFault.TooLarge, error!.Fault);
    }

    private static IngestError? Check(Sender sender, CloudEvent e) => IngestRules.Check([e], isBatch: false, sender, Hub, Now);

    private static string Text(HubEvent e) => Encoding.UTF8.GetString(e.Envelope!.Value.Span);
}
