using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Unit.Judging.Outside;

/// <summary>How the weight of a reporter's word follows from whether it was right: properties, over seeded random lives.</summary>
public sealed class TrustTests
{
    private static readonly OutsidePolicy Policy = OutsidePolicy.Default;
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    private readonly Random _chance = new(7);

    [Fact]
    public void Whoever_is_right_in_every_report_never_ends_one_below_its_start()
    {
        for (var life = 0; life < 50; life++)
        {
            var start = _chance.NextDouble();
            var (trust, now) = (new Trust(start, Noon), Noon);
            for (var report = 0; report < 60; report++)
            {
                // Confirmed sooner or later: at once, in time, or long after its time was over.
                trust = Report(trust, now, confirmedAfter: TimeSpan.FromSeconds(_chance.NextDouble() * Policy.GivesBackWithinSeconds * 0.95));
                Assert.InRange(trust.Weight, start - 1e-9, 1);
                now = now.AddHours(2 + (_chance.NextDouble() * 48));
            }

            Assert.Equal(1, trust.Weight, 9);
        }
    }

    [Fact]
    public void Whoever_is_wrong_in_every_report_falls_and_stays_low()
    {
        var (trust, now) = (Trust.New(Noon), Noon);
        for (var day = 0; day < 30; day++)
        {
            var before = trust.Weight;
            trust = Report(trust, now, confirmedAfter: null);
            Assert.True(trust.Weight < before || before < 0.2, $"day {day}: {before} → {trust.Weight}");
            now = now.AddDays(1);
        }

        Assert.InRange(trust.Weight, 0, 0.2);
    }

    [Fact]
    public void Silence_moves_slowly_to_where_a_newcomer_begins_and_not_beyond()
    {
        var (source, trust) = (new SourceState(), new Trust(0.1, Noon));
        for (var day = 1; day <= 40; day++)
        {
            var before = trust.Weight;
            (source, trust) = TrustRules.Follow(source, trust, false, false, Noon.AddDays(day), Policy);
            Assert.InRange(trust.Weight - before, 0, Policy.TrustRegained + 1e-9);
        }

        Assert.Equal(Trust.New(Noon).Weight, trust.Weight, 9);
    }

    [Fact]
    public void What_others_see_by_chance_long_after_gives_nothing_back()
    {
        var (source, trust) = (new SourceState { SuspicionNats = 3.4, SuspicionAt = Noon }, Trust.New(Noon));
        for (var minute = 0; minute < 59; minute++)
        {
            (source, trust) = TrustRules.Follow(source, trust, inTrouble: false, othersSee: minute > 11, Noon.AddMinutes(minute), Policy);
        }

        Assert.Equal(Policy.TrustAfterFalseAlarm, trust.Weight, 9);
    }

    [Theory]
    [InlineData(2, 0.02)]
    [InlineData(20, 0.005)]
    [InlineData(500, 0.001)]
    public void An_organisation_without_a_fault_of_its_own_loses_nothing_to_chance_in_a_month(double requestsAMinute, double usualShare)
    {
        var ledger = new OutsideLedger(Policy);
        var by = Reporter.Itself(Guid.Empty);
        var lowest = 1.0;
        for (var minute = 0; minute < 30 * 1440; minute++)
        {
            var now = Noon.AddMinutes(minute);
            var failed = Enumerable.Range(0, (int)requestsAMinute).Count(_ => _chance.NextDouble() < usualShare);
            ledger.Take(new HeardFact(by, false, default, false, now, new OutsideFact.Window(
                OutsideWorld.Opus, now, TimeSpan.FromMinutes(1), (int)requestsAMinute, failed, default)), false, now);
            ledger.Settle(_ => false, now);
            lowest = Math.Min(lowest, ledger.Trusted[by].Weight);
        }

        Assert.Equal(1, lowest);
    }

    /// <summary>One suspicion, looked at every minute for an hour and a half; trouble is known from then on, for ten minutes, or never.</summary>
    private static Trust Report(Trust trust, DateTimeOffset at, TimeSpan? confirmedAfter)
    {
        var source = new SourceState { SuspicionNats = 3.4, SuspicionAt = at };
        for (var minute = 0; minute < 90; minute++)
        {
            var now = at.AddMinutes(minute);
            source = SourceRules.Fade(source, now, Policy);
            var since = now - (at + confirmedAfter);
            (source, trust) = TrustRules.Follow(source, trust, since >= TimeSpan.Zero && since < TimeSpan.FromMinutes(10), false, now, Policy);
        }

        return trust;
    }
}
