using System.Text;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;

namespace StatusHub.Unit.Storage;

/// <summary>Requests that share a commit: each is all or nothing, and none changes what becomes of another but by being the same.</summary>
public sealed class InboxGroupTests
{
    private static readonly Guid Alice = Guid.Parse("01975000-0000-7000-8000-00000000000a");
    private static readonly Guid Bob = Guid.Parse("01975000-0000-7000-8000-00000000000b");

    [Fact]
    public void The_same_event_twice_is_stored_once_and_both_senders_are_told_so()
    {
        var group = Of([[Event("1")], [Event("1")], [Event("1"), Event("2"), Event("2")]]);
        Assert.Equal([new InboxAnswer.Stored(1), new InboxAnswer.Stored(0), new InboxAnswer.Stored(1)], group.Answers);
        Assert.Equal(["1", "2"], group.Fresh.Select(e => e.Id));
    }

    [Fact]
    public void A_request_with_a_conflict_leaves_nothing_behind_and_takes_nobody_with_it()
    {
        var group = Of([[Event("1"), Event("2"), Event("1", "other")], [Event("2", "mine")], [Event("3")]]);
        Assert.Equal([new InboxAnswer.Conflict(2), new InboxAnswer.Stored(1), new InboxAnswer.Stored(1)], group.Answers);
        Assert.Equal(["mine", "3"], group.Fresh.Select(Content));
    }

    [Fact]
    public void What_stood_in_the_log_is_compared_with_what_comes()
    {
        var group = Of([[Event("1"), Event("2")], [Event("9")], [Event("8"), Event("1")]], known: e => e.Id switch { "1" => true, "9" => false, _ => null });
        Assert.Equal([new InboxAnswer.Stored(1), new InboxAnswer.Conflict(0), new InboxAnswer.Stored(1)], group.Answers);
        Assert.Equal(["2", "8"], group.Fresh.Select(e => e.Id));
    }

    [Fact]
    public void What_hubs_pass_on_is_known_by_its_id_alone()
    {
        var group = Of([[Event("1")], [Event("1", "by another way")], [Event("9")]], known: e => e.Id == "9" ? false : null, sameIdIsSame: true);
        Assert.Equal([new InboxAnswer.Stored(1), new InboxAnswer.Stored(0), new InboxAnswer.Stored(0)], group.Answers);
        Assert.Equal(["1"], group.Fresh.Select(Content));
    }

    [Fact]
    public void Organisations_and_sources_have_ids_of_their_own()
    {
        var group = Of([[Event("1")], [Event("1", "b", Bob)], [Event("1") with { Source = "urn:t" }]]);
        Assert.All(group.Answers, a => Assert.Equal(new InboxAnswer.Stored(1), a));
        Assert.Equal(3, group.Fresh.Count);
    }

    private static InboxGroup Of(HubEvent[][] requests, Func<HubEvent, bool?>? known = null, bool sameIdIsSame = false) =>
        InboxGroup.Of([.. requests.Select(r => new InboxRequest(r, sameIdIsSame))], known ?? (_ => null));

    private static HubEvent Event(string id, string? content = null, Guid? orgId = null) =>
        new(id, "urn:s", "t", null, DateTimeOffset.UnixEpoch, orgId ?? Alice, HubEvent.Clear, default) { Envelope = Encoding.UTF8.GetBytes(content ?? id) };

    private static string Content(HubEvent e) => Encoding.UTF8.GetString(e.Envelope!.Value.Span);
}
