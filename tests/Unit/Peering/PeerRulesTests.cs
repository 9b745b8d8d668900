using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;

namespace StatusHub.Unit.Peering;

public sealed class PeerRulesTests
{
    private const string Own = "urn:uuid:00000000-0000-0000-0000-000000000001";
    private const string Peer = "urn:uuid:00000000-0000-0000-0000-000000000002";
    private const string Third = "urn:uuid:00000000-0000-0000-0000-000000000003";
    private const string Type = "io.statushub.incident.v1";
    private const string Model = "anthropic/claude-opus-4-8";

    private static readonly PeerTerms Everything = new([], [], SharingMark.Red);

    [Theory]
    [InlineData(SharingMark.Clear, SharingMark.Clear, PeerVerdict.Pass)]
    [InlineData(SharingMark.Green, SharingMark.Clear, PeerVerdict.TooPrivate)]
    [InlineData(SharingMark.Green, SharingMark.Green, PeerVerdict.Pass)]
    [InlineData(SharingMark.Amber, SharingMark.Amber, PeerVerdict.Pass)]
    [InlineData(SharingMark.Amber, SharingMark.Green, PeerVerdict.TooPrivate)]
    [InlineData(SharingMark.Red, SharingMark.Red, PeerVerdict.TooPrivate)] // red leaves no hub, whatever was agreed
    public void What_is_stricter_than_agreed_does_not_go(SharingMark mark, SharingMark agreed, PeerVerdict verdict) =>
        Assert.Equal(verdict, Give(mark, HubPath.Home, Everything with { MaxMark = agreed }));

    [Fact]
    public void An_event_does_not_go_to_a_hub_it_has_been_at()
    {
        Assert.Equal(PeerVerdict.Loop, Give(SharingMark.Clear, Through(Peer), Everything));
        Assert.Equal(PeerVerdict.Loop, Give(SharingMark.Clear, Through(Own), Everything));
        Assert.Equal(PeerVerdict.Loop, Give(SharingMark.Clear, HubPath.Home, Everything, source: Peer));
        Assert.Equal(PeerVerdict.Pass, Give(SharingMark.Clear, Through(Third), Everything));
    }

    [Theory]
    [InlineData(0, PeerVerdict.Pass)]
    [InlineData(3, PeerVerdict.Pass)]
    [InlineData(4, PeerVerdict.TooFar)]
    [InlineData(5, PeerVerdict.TooFar)]
    public void An_event_comes_through_four_hubs_and_no_more(int hops, PeerVerdict verdict) =>
        Assert.Equal(verdict, Give(SharingMark.Clear, Through([.. Enumerable.Range(10, hops).Select(i => $"urn:hub:{i}")]), Everything));

    [Theory]
    [InlineData("anthropic", Model, true)]
    [InlineData(Model, Model, true)]
    [InlineData("anthropic/claude", Model, false)]
    [InlineData("anth", Model, false)]
    [InlineData("openai", Model, false)]
    [InlineData("openai", null, true)] // about no model
    public void Models_are_agreed_by_name_or_by_provider(string agreed, string? subject, bool passes) =>
        Assert.Equal(passes, new PeerTerms([], [agreed], SharingMark.Clear).Names(Type, subject));

    [Fact]
    public void What_comes_back_is_not_taken()
    {
        Assert.Equal(PeerVerdict.Loop, Take(Own, Through(Peer)));
        Assert.Equal(PeerVerdict.Loop, Take(Third, Through(Own, Peer)));
        Assert.Equal(PeerVerdict.Pass, Take(Third, Through(Third, Peer)));
        Assert.Equal(PeerVerdict.TooFar, Take(Third, Through("a", "b", "c", "d", Peer)));
    }

    [Fact]
    public void The_receiver_may_take_less_than_is_given()
    {
        Assert.Equal(PeerVerdict.NotAgreed, PeerRules.Take(Third, Type, Model, SharingMark.Clear, HubPath.Home, new([Type + "x"], [], SharingMark.Red), Own));
        Assert.Equal(PeerVerdict.TooPrivate, PeerRules.Take(Third, Type, Model, SharingMark.Amber, HubPath.Home, Everything with { MaxMark = SharingMark.Green }, Own));
    }

    [Fact]
    public void However_hubs_are_linked_no_event_is_given_for_ever()
    {
        // Every hub gives to every other whatever it has, also what it has already: the path alone must end it.
        string[] hubs = [.. Enumerable.Range(0, 6).Select(i => $"urn:hub:{i}")];
        var under = new Queue<(string At, HubPath Path)>([(hubs[0], HubPath.Home)]);
        var given = 0;
        while (under.TryDequeue(out var here))
        {
            foreach (var to in hubs.Where(h => h != here.At))
            {
                var verdict = PeerRules.Give(hubs[0], Type, Model, SharingMark.Clear, here.Path, Everything, HubPath.IdOf(here.At), HubPath.IdOf(to));
                if (verdict == PeerVerdict.Pass)
                {
                    given++;
                    under.Enqueue((to, here.Path.Through(HubPath.IdOf(here.At))));
                }
            }
        }

        Assert.Equal(5 + (5 * 4) + (5 * 4 * 3) + (5 * 4 * 3 * 2), given); // the walks of up to four steps that meet no hub twice
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("a", 1)]
    [InlineData("0123456789abcdef,b", 2)]
    public void A_path_is_read_back_as_it_was_written(string? text, int hops)
    {
        Assert.True(HubPath.TryParse(text, out var path));
        Assert.Equal(hops, path.Hops);
        Assert.Equal(text ?? "", path.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData("a, b")]
    [InlineData("A")]
    [InlineData("ä")]
    public void What_is_no_list_of_short_ids_is_no_path(string text) => Assert.False(HubPath.TryParse(text, out _));

    [Fact]
    public void A_path_too_long_to_be_one_is_not_read() => Assert.False(HubPath.TryParse(string.Join(',', Enumerable.Repeat("abcdef", 1_000)), out _));

    private static PeerVerdict Give(SharingMark mark, HubPath path, PeerTerms terms, string source = Third) =>
        PeerRules.Give(source, Type, Model, mark, path, terms, HubPath.IdOf(Own), HubPath.IdOf(Peer));

    private static PeerVerdict Take(string source, HubPath path) => PeerRules.Take(source, Type, Model, SharingMark.Clear, path, Everything, Own);

    private static HubPath Through(params string[] sources) => sources.Aggregate(HubPath.Home, (path, source) => path.Through(HubPath.IdOf(source)));
}
