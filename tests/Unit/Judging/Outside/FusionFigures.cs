using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Unit.Judging.Outside;

/// <summary>What twelve organisations' telemetry and signals come to in <see cref="OutsideWorld"/>, some of them lying.</summary>
internal static class FusionFigures
{
    private const int MinutesADay = 1440, Organisations = 12, LongestMinutes = 60;
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Alarms in so many days of health, and the weight left to the liars' words and to an honest one's.</summary>
    public static (int Alarms, (double Liars, double Honest) Trust) Healthy(int liars, int days, int seed)
    {
        var world = new OutsideWorld(Organisations, liars, seed);
        var alarms = 0;
        for (var minute = 0; minute < days * MinutesADay; minute++)
        {
            var before = world.IsAlarm;
            world.Minute();
            alarms += world.IsAlarm && !before ? 1 : 0;
        }

        return (alarms, world.Trust());
    }

    /// <summary>Mean minutes until a failing share is found, after an hour of health; an hour for one that is not.</summary>
    public static double MinutesToFind(double share, int liars, int runs)
    {
        var minutes = 0;
        for (var run = 0; run < runs; run++)
        {
            var world = new OutsideWorld(Organisations, liars, seed: 100 + run);
            for (var calm = 0; calm < 60; calm++)
            {
                world.Minute(mayAttack: false);
            }

            for (var i = 0; i < LongestMinutes && !world.IsAlarm; i++)
            {
                world.Minute(share, mayAttack: false);
                minutes++;
            }
        }

        return minutes / (double)runs;
    }

    /// <summary>What is thought of a model when so many organisations each send so many suspicions of it at once.</summary>
    public static Opinion Suspected(int organisations, int signalsEach)
    {
        var ledger = new OutsideLedger(OutsidePolicy.Default);
        for (var i = 0; i < organisations * signalsEach; i++)
        {
            var by = Reporter.Itself(new Guid((i % organisations) + 1, 0, 0, new byte[8]));
            var said = new OutsideFact.Suspicion(OutsideWorld.Opus, SuspicionSeverity.Critical, null, Noon);
            ledger.Take(new HeardFact(by, false, default, false, Noon, said), false, Noon);
        }

        ledger.Settle(_ => false, Noon);
        return ledger.OpinionOf(OutsideWorld.Opus, false, Noon);
    }
}
