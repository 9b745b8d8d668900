using System.Text;
using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Escalations;
using StatusHub.Domain.Events;

namespace StatusHub.Unit.Escalations;

public sealed class EscalationRulesTests
{
    private const string Model = "anthropic/claude-opus-4-8";

    private static readonly DateTimeOffset Asked = new(2026, 6, 7, 10, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Deadline = Asked.AddMinutes(30);
    private static readonly EscalationPolicy Policy = EscalationPolicy.Default;

    [Theory]
    [InlineData("""{"model":"anthropic/claude-opus-4-8"}""", "amber", true)]
    [InlineData("""{"escalate":true}""", "green", true)]
    [InlineData("""{"escalate":"false"}""", "amber", true)] // not the flag
    [InlineData("""{"escalate":false}""", "amber", false)]
    [InlineData("""{"model":"anthropic/claude-opus-4-8"}""", "red", false)] // the provider may not see it
    [InlineData("""{"model":"anthropic/claude-opus-4-8"}""", "pink", false)]
    [InlineData("[]", "amber", true)]
    public void A_signal_asks_unless_it_says_otherwise_or_is_private(string data, string mark, bool asks) =>
        Assert.Equal(asks, EscalationRules.WishOf(Signal(data, mark)) is not null);

    [Fact]
    public void Only_a_signal_of_an_organisation_here_about_a_model_asks()
    {
        Assert.Null(EscalationRules.WishOf(Signal("{}") with { OrgId = null }));
        Assert.Null(EscalationRules.WishOf(Signal("{}") with { Type = EventTypes.Telemetry }));
        Assert.Null(EscalationRules.WishOf(Signal("{}") with { Subject = null }));
        Assert.Null(EscalationRules.WishOf(Signal("{}") with { Envelope = null }));
        Assert.Null(EscalationRules.WishOf(Signal("{}", more: ""","hubpath":"abc" """)));
        Assert.Null(EscalationRules.WishOf(Signal("{}", more: ""","drill":true""")));
        Assert.Null(EscalationRules.WishOf(Signal("{}", more: ""","drill":"true" """)));
        Assert.Equal(Model, EscalationRules.WishOf(Signal("""{"model":"anthropic/claude-opus-4-8"}""") with { Subject = null })!.Model.Value);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("240", 240)]
    [InlineData("4", 30)]
    [InlineData("241", 30)]
    [InlineData("-5", 30)]
    [InlineData("7.5", 30)]
    [InlineData("\"15\"", 30)]
    [InlineData("1e99", 30)]
    public void A_signal_may_ask_for_a_window_of_five_minutes_to_four_hours(string minutes, int window)
    {
        var wish = EscalationRules.WishOf(Signal($$"""{"acknowledgeWithinMinutes":{{minutes}}}"""))!;
        var asked = EscalationRules.Ask(wish, Guid.Empty, Guid.Empty, Guid.Empty, Asked, Policy);

        Assert.Equal(Asked.AddMinutes(window), asked.Deadline);
    }

    [Fact]
    public void A_note_is_cut_between_characters_and_half_of_one_is_no_note()
    {
        var note = EscalationRules.WishOf(Signal($$"""{"note":"{{new string('a', Escalation.MaxNoteLength - 1)}}😀 and more"}"""))!.Note!;
        Assert.Equal(Escalation.MaxNoteLength - 1, note.Length);
        Assert.Null(EscalationRules.WishOf(Signal("""{"note":"\ud83d"}"""))!.Note);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""","hubpath":"abc" """, false)]
    [InlineData(""","drill":true""", false)]
    public void Only_the_organisation_itself_acknowledges_and_no_drill_does(string more, bool counts)
    {
        var said = Signal($$"""{"state":"acknowledged","escalationId":"{{Guid.Empty}}"}""", more: more) with { Type = EventTypes.Escalation };
        Assert.Equal(counts, EscalationRules.AcknowledgedBy(said) is not null);
    }

    [Fact]
    public void An_answer_at_the_deadline_is_in_time_and_one_after_it_still_counts()
    {
        Assert.Null(EscalationRules.Expire(New(), Deadline));
        var expired = EscalationRules.Expire(New(), Deadline.AddTicks(1))!;
        var late = EscalationRules.Acknowledge(expired, "anthropic", Deadline.AddMinutes(5))!;

        Assert.Equal((EscalationState.Expired, 2), (expired.State, expired.Step));
        Assert.Equal((EscalationState.Acknowledged, "anthropic", Deadline.AddMinutes(5)), (late.State, late.AcknowledgedBy, late.AcknowledgedAt));
        Assert.Equal(EscalationState.Acknowledged, EscalationRules.Acknowledge(New(), "anthropic", Asked)!.State);
    }

    [Fact]
    public void What_is_done_stays_done()
    {
        var acknowledged = EscalationRules.Acknowledge(New(), "anthropic", Asked)!;
        var closed = EscalationRules.Close(acknowledged)!;

        Assert.Null(EscalationRules.Acknowledge(acknowledged, "openai", Asked));
        Assert.Null(EscalationRules.Expire(acknowledged, Deadline.AddDays(1)));
        Assert.Null(EscalationRules.Next(acknowledged, Deadline.AddDays(1)));
        Assert.Null(EscalationRules.Close(closed));
        Assert.Null(EscalationRules.Acknowledge(closed, "anthropic", Asked));
        Assert.Null(EscalationRules.Next(New(), Asked)); // the provider still has time
    }

    [Fact]
    public void The_ladder_asks_three_times_and_ends()
    {
        var e = New();
        var now = Asked;
        var deadlines = new List<DateTimeOffset>();
        while (EscalationRules.Expire(e, now = e.Deadline.AddSeconds(1)) is { } expired)
        {
            deadlines.Add(e.Deadline);
            e = EscalationRules.Next(expired, now) ?? expired;
        }

        Assert.Equal((EscalationState.Expired, EscalationRules.LastStep), (e.State, e.Step));
        Assert.Equal([Deadline, Deadline.AddMinutes(30).AddSeconds(1), Deadline.AddMinutes(60).AddSeconds(2)], deadlines);
    }

    [Fact]
    public void A_question_nobody_touches_ends_by_itself()
    {
        var expired = EscalationRules.Expire(New(), Deadline.AddSeconds(1))!;

        Assert.False(EscalationRules.IsStale(expired, Deadline.AddHours(24).AddTicks(-1), Policy));
        Assert.True(EscalationRules.IsStale(expired, Deadline.AddHours(24), Policy));
        Assert.False(EscalationRules.IsStale(New(), Deadline.AddDays(9), Policy)); // it expires first
    }

    [Fact]
    public void Both_sides_are_told_everything_and_all_others_only_that_the_provider_does_not_answer()
    {
        var asked = EscalationTelling.Of(New(), Guid.Empty, "urn:hub", Asked);
        var expired = EscalationTelling.Of(EscalationRules.Expire(New(), Deadline.AddSeconds(1))!, Guid.Empty, "urn:hub", Asked);
        var told = JsonDocument.Parse(expired.Data).RootElement;

        Assert.Equal(("amber", Model), (asked.Tlp, asked.Subject));
        Assert.Equal("it hurts", JsonDocument.Parse(asked.Data).RootElement.GetProperty("note").GetString());
        Assert.Equal("green", expired.Tlp);
        Assert.Equal("expired", told.GetProperty("state").GetString());
        Assert.False(told.TryGetProperty("note", out _) || told.TryGetProperty("signal", out _));
    }

    [Theory]
    [InlineData("""{"escalationId":"0190f5fe-0000-7000-8000-000000000001","state":"acknowledged"}""", true)]
    [InlineData("""{"escalationId":"0190f5fe-0000-7000-8000-000000000001","state":"expired"}""", false)]
    [InlineData("""{"escalationId":"x","state":"acknowledged"}""", false)]
    [InlineData("""{"escalationId":7,"state":"acknowledged"}""", false)]
    [InlineData("7", false)]
    public void A_provider_acknowledges_by_an_event_of_its_own(string data, bool acknowledges) =>
        Assert.Equal(acknowledges, EscalationRules.AcknowledgedBy(Signal(data) with { Type = EventTypes.Escalation }) is not null);

    private static Escalation New() => EscalationRules.Ask(
        new EscalationWish(ModelId.Parse(Model), null, new SignalRef("/s", "1"), "it hurts"), Guid.Empty, Guid.Empty, Guid.Empty, Asked, Policy);

    private static HubEvent Signal(string data, string mark = "amber", string more = "") =>
        new("1", "/s", EventTypes.Signal, Model, Asked, Guid.AllBitsSet, mark, default)
        {
            Envelope = Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"1","source":"/s","type":"{{EventTypes.Signal}}","data":{{data}}{{more}}}"""),
        };
}
