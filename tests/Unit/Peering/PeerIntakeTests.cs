using System.Text;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Ingest;
using StatusHub.Feed.Peering;

namespace StatusHub.Unit.Peering;

public sealed class PeerIntakeTests
{
    private const string Own = "urn:uuid:00000000-0000-0000-0000-000000000001";
    private static readonly DateTimeOffset Now = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    private static readonly Peer North = new()
    {
        OrgId = Guid.Empty,
        Id = Guid.Empty,
        Name = "north",
        Url = "https://north.example",
        Hub = "urn:uuid:00000000-0000-0000-0000-000000000002",
        Feed = "https://north.example/feed",
        Direction = PeerDirection.Both,
        Gives = PeerTerms.Public,
        Accepts = new([], [], SharingMark.Amber),
        KeyId = Guid.Empty,
        State = PeerState.Active,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    [Theory]
    [InlineData(IngestLimits.EnvelopeBytes - 1_000, 1)]
    [InlineData(IngestLimits.EnvelopeBytes, 0)]
    public void An_event_larger_than_a_readers_page_holds_is_dropped(int bytes, int taken)
    {
        var harvest = Sort(Event("clear") with { Data = CloudEventData.Json(Encoding.ASCII.GetBytes($"\"{new string('n', bytes - 2)}\"")) });

        Assert.Equal((taken, 1 - taken), (harvest.Taken.Count, harvest.Dropped));
        Assert.Equal(taken == 0 ? $"An event was larger than {IngestLimits.EnvelopeBytes} bytes." : null, harvest.Because);
    }

    [Theory]
    [InlineData("purple")]
    [InlineData("red")]
    public void A_mark_nobody_knows_is_the_strictest(string mark) =>
        Assert.Equal("Events marked red are not accepted from this peer.", Sort(Event(mark)).Because);

    [Fact]
    public void A_peer_that_forgot_itself_is_put_into_the_path()
    {
        var taken = Assert.Single(Sort(Event("clear")).Taken);
        Assert.Contains($"\"hubpath\":\"{North.ShortId}\"", Encoding.UTF8.GetString(taken.Envelope!.Value.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_sender_may_put_into_the_log_a_peer_may_not_either() => Assert.StartsWith(
        "An event was not fit for the log: /id", Sort(Event("clear") with { Id = new string('i', IngestLimits.IdLength + 1) }).Because, StringComparison.Ordinal);

    private static PeerHarvest Sort(CloudEvent e) => PeerIntake.Sort([e], North, Own, Now);

    private static CloudEvent Event(string tlp) => new()
    {
        Id = "1",
        Source = North.Hub,
        Type = "io.statushub.incident.v1",
        DataContentType = "application/json",
        Extensions = [new("tlp", tlp)],
    };
}
