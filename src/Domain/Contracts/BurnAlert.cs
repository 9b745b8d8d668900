namespace StatusHub.Domain.Contracts;

/// <summary>A pace of spending at which somebody is told, seen over a long window and confirmed over a short one.</summary>
/// <param name="Factor">How many times faster than the budget allows.</param>
public sealed record BurnLevel(double Factor, TimeSpan LongWindow, TimeSpan ShortWindow)
{
    /// <summary>
    /// Fastest first: 2 % of a thirty-day budget in an hour, 5 % in six, 10 % in a day, 10 % in three (Google, The Site Reliability Workbook,
    /// chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"; the one-day row as widely used beside it). A target below 1 - 1/factor cannot be spent that fast, so a
    /// slower row tells.
    /// </summary>
    public static readonly IReadOnlyList<BurnLevel> All =
    [
        new(14.4, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
        new(6, TimeSpan.FromHours(6), TimeSpan.FromMinutes(30)),
        new(3, TimeSpan.FromDays(1), TimeSpan.FromHours(2)),
        new(1, TimeSpan.FromDays(3), TimeSpan.FromHours(6)),
    ];

    /// <summary>How far back burn looks.</summary>
    public static TimeSpan Longest => All[^1].LongWindow;
}

/// <summary>How fast the budget is being spent, against one level: 1 spends it exactly by the end of the window.</summary>
public readonly record struct BurnReading(BurnLevel Level, double OverLong, double OverShort)
{
    public bool IsBurning => OverLong >= Level.Factor && OverShort >= Level.Factor;
}

/// <summary>An alert that stands.</summary>
/// <param name="Level">Place in <see cref="BurnLevel.All"/> of the fastest pace it has had.</param>
public sealed record BurnAlert(Guid Id, int Level, DateTimeOffset Since);

/// <summary>What is remembered of an objective's alerts.</summary>
/// <param name="ToldUntil">When the last alert ended: bad time before it has been told of and raises nothing again.</param>
public sealed record AlertState(BurnAlert? Standing, DateTimeOffset? ToldUntil)
{
    public static readonly AlertState Calm = new(null, null);
}

public enum AlertNews
{
    None,
    Raised,

    /// <summary>It stands already, and the budget now burns faster than was told.</summary>
    Worsened,
    Ended,
}

/// <param name="About">The alert the news is about; null for no news.</param>
public sealed record AlertStep(AlertState State, AlertNews News, BurnAlert? About);

/// <summary>When an objective's organisation is told that its budget burns. Pure.</summary>
public static class BurnRules
{
    // An alert ends after twice its short window, so that a trouble that comes and goes stays one alert.
    private const int QuietWindows = 2;

    public static IReadOnlyList<BurnReading> Read(IReadOnlyList<CountedStretch> counted, double allowed, DateTimeOffset? notBefore, DateTimeOffset now) =>
        [.. BurnLevel.All.Select(level => new BurnReading(level, Rate(counted, allowed, level.LongWindow, notBefore, now), Rate(counted, allowed, level.ShortWindow, notBefore, now)))];

    /// <summary>
    /// One alert an objective: raised when both windows of a level burn, told again only when a faster level begins, ended when the last two
    /// short windows together hold less bad time than would make one of them burn.
    /// </summary>
    public static AlertStep Next(AlertState state, IReadOnlyList<CountedStretch> counted, double allowed, DateTimeOffset now, Guid newId)
    {
        var readings = Read(counted, allowed, state.ToldUntil, now);
        var fastest = readings.Index().Where(r => r.Item.IsBurning).Select(r => (int?)r.Index).FirstOrDefault();
        if (state.Standing is not { } standing)
        {
            return fastest is { } level ? Told(new BurnAlert(newId, level, now), AlertNews.Raised) : new(state, AlertNews.None, null);
        }

        return fastest < standing.Level ? Told(standing with { Level = fastest.Value }, AlertNews.Worsened)
            : IsOver(BurnLevel.All[standing.Level], counted, allowed, now) ? new(new AlertState(null, now), AlertNews.Ended, standing)
            : new(state, AlertNews.None, null);

        AlertStep Told(BurnAlert alert, AlertNews news) => new(state with { Standing = alert }, news, alert);
    }

    /// <summary>What nothing is known of is no sign of an end, unless it has lasted a whole long window.</summary>
    private static bool IsOver(BurnLevel level, IReadOnlyList<CountedStretch> counted, double allowed, DateTimeOffset now)
    {
        var enough = level.Factor * allowed * level.ShortWindow.TotalSeconds;
        var (bad, known) = CountedTime.Within(counted, now - (QuietWindows * level.ShortWindow), now);
        return bad < enough && (known >= level.ShortWindow.TotalSeconds || CountedTime.Within(counted, now - level.LongWindow, now).Bad < enough);
    }

    // Time of which nothing is known burns nothing, so a window is divided by its whole length.
    private static double Rate(IReadOnlyList<CountedStretch> counted, double allowed, TimeSpan window, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var from = now - window;
        var (bad, _) = CountedTime.Within(counted, notBefore > from ? notBefore.Value : from, now);
        return bad / window.TotalSeconds / allowed;
    }
}
