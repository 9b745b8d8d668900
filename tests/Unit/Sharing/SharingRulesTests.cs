using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;

namespace StatusHub.Unit.Sharing;

/// <summary>Who may read what: the whole table.</summary>
public sealed class SharingRulesTests
{
    private static readonly Guid Ours = Guid.Parse("01975000-0000-7000-8000-00000000000a");
    private static readonly Guid Theirs = Guid.Parse("01975000-0000-7000-8000-00000000000b");

    private static readonly Dictionary<string, EventReader> Readers = new(StringComparer.Ordinal)
    {
        ["anyone"] = EventReader.Anyone,
        ["owner"] = new(Ours, new HashSet<string>()),
        ["provider"] = new(Theirs, new HashSet<string> { "anthropic" }),
        ["other provider"] = new(Theirs, new HashSet<string> { "openai" }),
        ["other"] = new(Theirs, new HashSet<string>()),
    };

    [Theory]
    [InlineData("clear", "anyone, owner, provider, other provider, other")]
    [InlineData("green", "owner, provider, other provider, other")]
    [InlineData("amber", "owner, provider")]
    [InlineData("red", "owner")]
    [InlineData("purple", "owner")]
    public void A_mark_is_read_by_those_it_names_and_an_unknown_one_by_its_owner_alone(string tlp, string readers)
    {
        var e = Event(tlp, Ours);
        Assert.Equal(readers.Split(", "), Readers.Where(r => SharingRules.MayRead(e, r.Value)).Select(r => r.Key));
    }

    [Fact]
    public void What_the_hub_marks_for_nobody_is_read_by_nobody() =>
        Assert.DoesNotContain(Readers.Values, r => SharingRules.MayRead(Event("red", null), r));

    [Fact]
    public void A_mark_only_grows_stricter_on_its_way_and_red_stays()
    {
        foreach (var mark in Enum.GetValues<SharingMark>())
        {
            Assert.True(SharingRules.OneHopOn(mark) is not { } next || next >= mark);
            Assert.True(SharingRules.TryParse(mark.WireName(), out var read) && read == mark);
        }

        Assert.Null(SharingRules.OneHopOn(SharingMark.Red));
        Assert.Equal(SharingMark.Amber, SharingRules.OneHopOn(SharingMark.Green));
    }

    [Theory]
    [InlineData(EventTypes.Signal, SharingMark.Amber)]
    [InlineData(EventTypes.Telemetry, SharingMark.Red)]
    [InlineData(EventTypes.Incident, SharingMark.Clear)]
    [InlineData("com.example.anything", SharingMark.Clear)]
    public void What_tells_of_a_senders_own_traffic_is_private_unless_marked(string type, SharingMark mark) =>
        Assert.Equal(mark, SharingRules.Unmarked(type));

    private static HubEvent Event(string tlp, Guid? org) => new(
        "1", "urn:x", EventTypes.Signal, "anthropic/claude-opus-4-8", new DateTimeOffset(2026, 6, 7, 11, 0, 0, TimeSpan.Zero), org, tlp, default);
}
