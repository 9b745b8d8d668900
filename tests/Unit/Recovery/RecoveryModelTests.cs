using StatusHub.Domain.Recovery;

namespace StatusHub.Unit.Recovery;

public sealed class RecoveryModelTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 7, 11, 0, 0, TimeSpan.Zero);
    private static readonly OpenIncident Open = new("anthropic", 2, Start, null);

    /// <summary>The table of the lognormal prior alone: minutes still to go after so many minutes, at 10, 25, 50, 75 and 90 %.</summary>
    [Theory]
    [InlineData(0, 7, 17, 45, 115, 269)]
    [InlineData(30, 7, 22, 61, 157, 359)]
    [InlineData(60, 10, 29, 79, 200, 445)]
    [InlineData(120, 14, 41, 111, 274, 592)]
    [InlineData(240, 22, 62, 166, 399, 838)]
    [InlineData(480, 34, 98, 260, 611, 1252)]
    [InlineData(600, 40, 115, 303, 707, 1439)]
    public void Without_history_the_prior_speaks(double elapsed, params int[] minutes)
    {
        var remaining = new RecoveryModel([], RecoveryPolicy.Default).Remaining(Open, Start.AddMinutes(elapsed), [.10, .25, .50, .75, .90]);
        Assert.Equal(minutes, remaining.Select(m => (int)Math.Round(m)));
    }

    [Fact]
    public void What_has_lasted_long_lasts_longer()
    {
        var model = new RecoveryModel(ShippedHistory.Incidents, RecoveryPolicy.Default);
        var medians = RecoveryBacktest.Moments.Select(m => model.Estimate(Open, Start.AddMinutes(m)).P50).ToList();
        Assert.Equal(medians.Skip(3).Order(), medians.Skip(3)); // at first the short ones drop out one by one
        Assert.True(medians[^1] > 4 * medians[0]);
    }

    [Fact]
    public void Quantiles_are_in_order_whatever_is_asked()
    {
        var model = new RecoveryModel(ShippedHistory.Incidents, RecoveryPolicy.Default);
        foreach (var elapsed in (double[])[0, 1, 17, 333, 5_000, 100_000])
        {
            foreach (var identified in (DateTimeOffset?[])[null, Start.AddMinutes(elapsed / 2)])
            {
                var e = model.Estimate(Open with { IdentifiedAt = identified }, Start.AddMinutes(elapsed));
                TimeSpan[] quantiles = [e.P10, e.P25, e.P50, e.P75, e.P80, e.P90];
                Assert.Equal(quantiles.Order(), quantiles);
                Assert.All(quantiles, q => Assert.InRange(q, TimeSpan.Zero, RecoveryPolicy.Default.Longest));
            }
        }
    }

    [Fact]
    public void Incidents_that_still_last_push_the_estimate_out()
    {
        PastIncident[] ended = [.. Enumerable.Range(1, 30).Select(i => new PastIncident("anthropic", 2, Start.AddDays(-i), null, 30))];
        PastIncident[] lasting = [.. Enumerable.Range(1, 30).Select(i => new PastIncident("anthropic", 2, Start.AddDays(-i).AddHours(1), null, 600, Open: true))];
        var without = new RecoveryModel(ended, RecoveryPolicy.Default).Estimate(Open, Start);
        var with = new RecoveryModel([.. ended, .. lasting], RecoveryPolicy.Default).Estimate(Open, Start);
        Assert.True(with.P80 > 3 * without.P80, $"{without.P80} and {with.P80}");
    }

    [Fact]
    public void The_same_provider_says_more_than_another()
    {
        PastIncident[] history =
        [
            .. Enumerable.Range(1, 40).Select(i => new PastIncident("anthropic", 2, Start.AddDays(-i), null, 20)),
            .. Enumerable.Range(1, 40).Select(i => new PastIncident("openai", 2, Start.AddDays(-i), null, 200)),
        ];
        var model = new RecoveryModel(history, RecoveryPolicy.Default);
        Assert.True(model.Estimate(Open, Start).P50 < model.Estimate(Open with { Provider = "openai" }, Start).P50);
    }

    [Theory]
    [InlineData(40, 130, false, "probably within 40 minutes; likely before 13:10 UTC")]
    [InlineData(3, 11, false, "probably within 5 minutes; likely before 11:15 UTC")]
    [InlineData(180, 900, true, "longer than nine in ten already; probably within 3 hours; likely before 8 June 02:00 UTC")]
    public void It_is_said_in_words(double p50, double p80, bool longer, string words)
    {
        var estimate = new RecoveryEstimate(default, default, TimeSpan.FromMinutes(p50), default, TimeSpan.FromMinutes(p80), default, 1, longer);
        Assert.Equal(words, RecoveryWords.Of(estimate, Start));
    }
}
