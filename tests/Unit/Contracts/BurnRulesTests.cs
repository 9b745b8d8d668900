using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Contracts;

/// <summary>Budgets keep their sum, and alerts neither flap nor miss.</summary>
public sealed class BurnRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30d", 0.999, 2_592)]
    [InlineData("month", 0.999, 2_592)]
    [InlineData("7d", 0.99, 6_048)]
    [InlineData("1d", 0.5, 43_200)]
    public void A_window_allows_its_share_of_bad_seconds(string window, double target, double seconds)
    {
        Assert.True(ObjectiveWindow.TryParse(window, out var parsed));
        Assert.Equal(window, parsed.ToString());
        Assert.Equal(seconds, ErrorBudget.Of(Objective(target, parsed), [], Start.AddDays(12)).Total, 3);
    }

    [Theory]
    [InlineData("0d")]
    [InlineData("91d")]
    [InlineData("-3d")]
    [InlineData("30")]
    [InlineData("")]
    [InlineData(null)]
    public void A_window_that_is_none_is_refused(string? window) => Assert.False(ObjectiveWindow.TryParse(window, out _));

    [Fact]
    public void Spent_and_left_are_the_budget_and_known_and_unknown_are_the_time_whatever_happened()
    {
        foreach (var seed in Enumerable.Range(0, 200))
        {
            var chance = new Random(seed);
            var now = Start.AddHours(chance.Next(1, 24 * 60));
            var objective = Objective(0.5 + (0.4999 * chance.NextDouble()), chance.Next(2) == 0 ? ObjectiveWindow.Month : new(chance.Next(1, 91)));
            var from = objective.Window.At(now).From;
            var budget = ErrorBudget.Of(objective, CountedTime.OfStates(StateTimeline.Over(World(chance, from, now), from, now), objective.Weights), now);
            Assert.Equal(budget.Total, budget.Spent + budget.Left, 6);
            Assert.Equal((now - from).TotalSeconds, budget.Known + budget.Unknown, 3);
            Assert.InRange(budget.Spent, 0, budget.Known + 1e-6);
        }
    }

    [Theory]
    [InlineData(0.999, 1.0, 14.4, 1, "from 52 s of outage on")]
    [InlineData(0.99, 1.0, 14.4, 9, "from 8.64 min on")]
    [InlineData(0.999, 0.3, 14.4, 3, "three tenths of it")]
    public void An_outage_raises_the_fastest_level_in_time(double target, double bad, double factor, int withinMinutes, string why)
    {
        var allowed = 1 - target;
        var raised = Enumerable.Range(1, 60).First(minute =>
            BurnRules.Next(AlertState.Calm, [Good(Start.AddDays(-3), Start), Bad(Start, Start.AddHours(1), bad)], allowed, Start.AddMinutes(minute), Guid.CreateVersion7(Start)).News == AlertNews.Raised);
        Assert.True(raised == withinMinutes, $"{why}: raised after {raised} min");
        Assert.Equal(factor, BurnLevel.All[0].Factor);
    }

    [Theory]
    [InlineData(2.0, 3)]
    [InlineData(4.0, 2)]
    [InlineData(8.0, 1)]
    [InlineData(20.0, 0)]
    public void A_steady_burn_raises_the_level_of_its_pace_and_no_faster_one(double pace, int level)
    {
        var counted = new[] { Bad(Start, Start.AddDays(10), pace * 0.001) };
        var step = BurnRules.Next(AlertState.Calm, counted, 0.001, Start.AddDays(5), Guid.CreateVersion7(Start));
        Assert.Equal((AlertNews.Raised, level), (step.News, step.About!.Level));
    }

    [Fact]
    public void A_burn_the_budget_can_bear_raises_nothing() =>
        Assert.Equal(AlertNews.None, BurnRules.Next(AlertState.Calm, [Bad(Start, Start.AddDays(10), 0.0009)], 0.001, Start.AddDays(5), Guid.CreateVersion7(Start)).News);

    [Fact]
    public void A_slow_burn_that_turns_fast_is_told_once_more_and_ends_once()
    {
        CountedStretch[] counted = [Bad(Start, Start.AddDays(3), 0.002), Bad(Start.AddDays(3), Start.AddDays(3).AddHours(1), 1), Good(Start.AddDays(3).AddHours(1), Start.AddDays(9))];
        Assert.Equal([AlertNews.Raised, AlertNews.Worsened, AlertNews.Ended], Walk(counted, Start, Start.AddDays(9)).Select(s => s.News));
    }

    [Fact]
    public void What_nothing_is_known_of_ends_no_alert_until_it_has_lasted_the_long_window()
    {
        CountedStretch[] counted = [Good(Start, Start.AddHours(1)), Bad(Start.AddHours(1), Start.AddHours(2), 1), new(Start.AddHours(2), Start.AddDays(2), null)];
        var news = Walk(counted, Start, Start.AddDays(1));
        Assert.Equal([AlertNews.Raised, AlertNews.Ended], news.Select(n => n.News));
        Assert.True(news[^1].At >= Start.AddHours(2.9), $"ended at {news[^1].At:u}");
    }

    [Fact]
    public void In_seeded_worlds_alerts_alternate_tell_of_new_bad_time_each_and_miss_nothing()
    {
        foreach (var seed in Enumerable.Range(0, 8))
        {
            var end = Start.AddDays(6);
            var counted = CountedTime.OfStates(StateTimeline.Over(World(new Random(seed), Start, end), Start, end), StateWeights.Statuspage);
            var (toldUntil, raised) = (Start, (DateTimeOffset?)null);
            foreach (var (at, news) in Walk(counted, Start, end))
            {
                Assert.Equal(raised is null, news == AlertNews.Raised);
                Assert.True(news != AlertNews.Raised || CountedTime.Within(counted, toldUntil, at).Bad >= 0.001 * 14.4 * 300, $"seed {seed}: nothing new was bad at {at:u}");
                (toldUntil, raised) = news == AlertNews.Ended ? (at, default(DateTimeOffset?)) : (toldUntil, raised ?? at);
            }

            var standing = Standing(counted, Start, end);
            foreach (var outage in counted.Where(c => c.Bad == 1 && (c.To - c.From).TotalMinutes >= 2))
            {
                Assert.Contains(standing, s => s.From < outage.To.AddMinutes(1) && s.To > outage.From);
            }
        }
    }

    private static List<(DateTimeOffset At, AlertNews News)> Walk(IReadOnlyList<CountedStretch> counted, DateTimeOffset from, DateTimeOffset to)
    {
        var (state, news) = (AlertState.Calm, new List<(DateTimeOffset, AlertNews)>());
        for (var now = from; now <= to; now = now.AddMinutes(1))
        {
            var known = counted.Where(c => c.From < now && c.To > now.AddDays(-3)).Select(c => c.To > now ? c with { To = now } : c).ToList();
            var step = BurnRules.Next(state, known, 0.001, now, Guid.CreateVersion7(Start));
            state = step.State;
            if (step.News != AlertNews.None)
            {
                news.Add((now, step.News));
            }
        }

        return news;
    }

    private static List<(DateTimeOffset From, DateTimeOffset To)> Standing(IReadOnlyList<CountedStretch> counted, DateTimeOffset from, DateTimeOffset to)
    {
        var standing = new List<(DateTimeOffset, DateTimeOffset)>();
        DateTimeOffset? since = null;
        foreach (var (at, news) in Walk(counted, from, to).Where(n => n.News != AlertNews.Worsened))
        {
            if (news == AlertNews.Ended)
            {
                standing.Add((since!.Value, at));
            }

            since = news == AlertNews.Raised ? at : null;
        }

        return since is { } open ? [.. standing, (open, to)] : standing;
    }

    /// <summary>States that follow one another by chance: mostly well, now and then not, now and then unknown.</summary>
    private static List<StateStretch> World(Random chance, DateTimeOffset from, DateTimeOffset to)
    {
        var states = new List<StateStretch>();
        for (var at = from; at < to;)
        {
            var state = chance.Next(10) switch { 0 => HealthState.MajorOutage, 1 => HealthState.PartialOutage, 2 => HealthState.DegradedPerformance, 3 => HealthState.Unknown, _ => HealthState.Operational };
            var end = at.AddMinutes(state == HealthState.Operational ? chance.Next(10, 600) : chance.Next(1, 40));
            states.Add(new(state, at, end));
            at = end;
        }

        return states;
    }

    private static CountedStretch Good(DateTimeOffset from, DateTimeOffset to) => new(from, to, 0);

    private static CountedStretch Bad(DateTimeOffset from, DateTimeOffset to, double share) => new(from, to, share);

    private static Objective Objective(double target, ObjectiveWindow window) =>
        new(Guid.Empty, Guid.Empty, "x", ModelId.Parse("a/b"), target, window, StateWeights.Statuspage, null, Start, Start);
}
