using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Unit.Judging.Outside;

public sealed class OutsideRulesTests
{
    private static readonly ModelId Opus = ModelId.Parse("acme/opus");
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
    private static readonly OutsidePolicy Policy = OutsidePolicy.Default;

    [Fact]
    public void Ten_thousand_signals_of_one_organisation_move_no_more_than_one()
    {
        var one = Told(1, count: 1);
        var many = Told(1, count: 10_000);

        Assert.Equal(one.OpinionOf(Opus, false, Noon).Sum, many.OpinionOf(Opus, false, Noon).Sum);
        Assert.False(many.OpinionOf(Opus, false, Noon).LookCloser);
        Assert.False(many.OpinionOf(Opus, false, Noon).IsAlarm);
    }

    [Fact]
    public void Three_independent_organisations_have_our_probes_look_closer()
    {
        var opinion = Told(3, count: 1).OpinionOf(Opus, false, Noon);

        Assert.True(opinion.LookCloser);
        Assert.False(opinion.IsAlarm);
    }

    [Fact]
    public void One_liar_never_raises_an_alarm_whatever_it_reports_and_in_whatever_company()
    {
        foreach (var company in new[] { 0, 3, 4, 6, 7, 11, 30 })
        {
            var ledger = new OutsideLedger(Policy);
            for (var minute = 0; minute < 30; minute++)
            {
                var now = Noon.AddMinutes(minute);
                Window(ledger, Org(99), now, 5000, 5000);
                for (var i = 0; i < 100; i++)
                {
                    Suspect(ledger, Org(99), now);
                }

                for (var i = 0; i < company; i++)
                {
                    Window(ledger, Org(i), now, 200, 1);
                }

                ledger.Settle(_ => false, now);
                Assert.False(ledger.OpinionOf(Opus, false, now).IsAlarm, $"with {company} others, minute {minute}");
            }
        }
    }

    [Fact]
    public void Silence_says_nothing_and_what_is_old_fades()
    {
        var ledger = new OutsideLedger(Policy);
        for (var i = 0; i < 12; i++)
        {
            Window(ledger, Org(i), Noon, 300, 300);
            Window(ledger, Org(i), Noon.AddMinutes(1), 300, 300);
        }

        Assert.True(ledger.OpinionOf(Opus, false, Noon.AddMinutes(1)).IsAlarm);
        Assert.True(ledger.OpinionOf(Opus, true, Noon.AddMinutes(5)).IsAlarm);
        Assert.Equal(Opinion.None, ledger.OpinionOf(Opus, true, Noon.AddMinutes(7)));
    }

    [Fact]
    public void A_late_window_moves_nothing_but_what_is_shown()
    {
        var before = SourceRules.Hear(new SourceState(), Of(Noon, 100, 0), false, Noon, Policy);
        var after = SourceRules.Hear(before, Of(Noon.AddMinutes(-6), 100, 100), false, Noon, Policy);

        Assert.Equal(before with { Windows = after.Windows }, after);
        Assert.Equal((200L, 100L), SourceRules.LastHour(after.Windows, Noon));
    }

    [Fact]
    public void Windows_of_one_minute_are_one_minute_in_whatever_order_they_come()
    {
        OutsideFact.Window[] windows = [Of(Noon, 100, 90), Of(Noon.AddSeconds(20), 10, 0), Of(Noon.AddSeconds(40), 50, 50)];
        var forward = windows.Aggregate(new SourceState(), (s, w) => SourceRules.Hear(s, w, false, Noon.AddMinutes(1), Policy));
        var backward = windows.Reverse().Aggregate(new SourceState(), (s, w) => SourceRules.Hear(s, w, false, Noon.AddMinutes(1), Policy));

        Assert.Equal(forward.WindowNats, backward.WindowNats);
        Assert.InRange(forward.WindowNats, 0, Policy.MostNatsAMinute);
    }

    [Fact]
    public void An_old_all_clear_takes_no_newer_suspicion_back()
    {
        var ledger = new OutsideLedger(Policy);
        ledger.Take(Heard(Org(1), new OutsideFact.Told(Opus, "i", IncidentPhase.Investigating, HealthState.MajorOutage, null, null, Noon)), false, Noon);
        ledger.Take(Heard(Org(1), new OutsideFact.Told(Opus, "i", IncidentPhase.Resolved, HealthState.Operational, null, null, Noon.AddMinutes(-2))), false, Noon);

        Assert.True(ledger.OpinionOf(Opus, false, Noon).Sum > 3);
    }

    [Fact]
    public void An_alarm_nobody_confirms_costs_trust_even_when_it_ends_early()
    {
        var ledger = new OutsideLedger(Policy);
        Suspect(ledger, Org(1), Noon);
        ledger.Settle(_ => false, Noon);
        ledger.Settle(_ => false, Noon.AddMinutes(9));
        Assert.Equal(1, ledger.Trusted[Org(1)].Weight);

        ledger.Settle(_ => false, Noon.AddMinutes(10));
        ledger.Settle(_ => false, Noon.AddMinutes(11));
        Assert.Equal(Policy.TrustAfterFalseAlarm, ledger.Trusted[Org(1)].Weight);
    }

    [Fact]
    public void A_confirmed_alarm_costs_nothing()
    {
        var ledger = new OutsideLedger(Policy);
        Suspect(ledger, Org(1), Noon);
        ledger.Settle(_ => false, Noon);
        ledger.Settle(_ => true, Noon.AddMinutes(4));
        ledger.Settle(_ => false, Noon.AddMinutes(30));

        Assert.Equal(1, ledger.Trusted[Org(1)].Weight);
    }

    [Fact]
    public void What_always_fails_a_little_is_the_usual_after_a_while()
    {
        var s = new SourceState();
        for (var minute = 0; minute < 600; minute++)
        {
            s = SourceRules.Hear(s, Of(Noon.AddMinutes(minute), 100, 5), false, Noon.AddMinutes(minute), Policy);
        }

        Assert.InRange(SourceRules.UsualShare(s, Policy), 0.045, 0.08);
        Assert.InRange(SourceRules.Nats(s, Noon.AddMinutes(599), Policy), 0, 1);
    }

    [Fact]
    public void An_outage_everybody_knows_of_teaches_nobody_a_new_usual()
    {
        var s = new SourceState();
        for (var minute = 0; minute < 600; minute++)
        {
            s = SourceRules.Hear(s, Of(Noon.AddMinutes(minute), 100, 60), inTrouble: true, Noon.AddMinutes(minute), Policy);
        }

        Assert.Equal(0, s.UsualFailed);
    }

    private static OutsideLedger Told(int organisations, int count)
    {
        var ledger = new OutsideLedger(Policy);
        for (var i = 0; i < organisations * count; i++)
        {
            Suspect(ledger, Org(i % organisations), Noon);
        }

        ledger.Settle(_ => false, Noon);
        return ledger;
    }

    private static void Suspect(OutsideLedger ledger, Reporter org, DateTimeOffset at) =>
        ledger.Take(Heard(org, new OutsideFact.Suspicion(Opus, SuspicionSeverity.Major, null, at)), false, at);

    private static void Window(OutsideLedger ledger, Reporter org, DateTimeOffset at, int requests, int failed) =>
        ledger.Take(Heard(org, Of(at, requests, failed)), false, at);

    private static OutsideFact.Window Of(DateTimeOffset end, int requests, int failed) =>
        new(Opus, end, TimeSpan.FromMinutes(1), requests, failed, FailureClass.ServerError);

    private static HeardFact Heard(Reporter by, OutsideFact fact) => new(by, false, default, false, Noon, fact);

    private static Reporter Org(int number) => Reporter.Itself(new Guid(number + 1, 0, 0, new byte[8]));
}
