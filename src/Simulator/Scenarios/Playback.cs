using StatusHub.Domain.Time;

namespace StatusHub.Simulator.Scenarios;

/// <summary>
/// A scenario being played: scenario time as a function of the clock's, so nothing has to tick. It starts at its own
/// <c>startsAt</c> when posted and runs <paramref name="Speed"/> scenario seconds a second of the clock.
/// </summary>
public sealed record Playback(Scenario Scenario, DateTimeOffset PostedAt, double Speed, bool SharesClock)
{
    public const double MinSpeed = 0.01;
    public const double MaxSpeed = 100_000;

    /// <summary>How long before its start an accelerated clock may stand and still be the scenario's own: the hub boots first.</summary>
    public static readonly TimeSpan EarlyStart = TimeSpan.FromHours(1);

    /// <summary>
    /// Starts playing. A process whose own clock was set to run through this scenario (<see cref="AcceleratedClock"/>, in or
    /// just before its span) takes clock time for scenario time: hub and simulator then date everything alike.
    /// </summary>
    public static Playback Start(Scenario scenario, TimeProvider clock, double speed)
    {
        var now = clock.GetUtcNow();
        var shares = clock is AcceleratedClock && now >= scenario.StartsAt - EarlyStart && now < scenario.EndsAt;
        return new Playback(scenario, now, shares ? 1 : speed, shares);
    }

    public DateTimeOffset ScenarioTime(DateTimeOffset now)
    {
        if (SharesClock)
        {
            return now;
        }

        // Clamped: at great speed and long after the end the date would leave the calendar.
        var played = Math.Min((now - PostedAt).TotalSeconds * Speed, (Scenario.EndsAt - Scenario.StartsAt).TotalSeconds);
        return Scenario.StartsAt.AddSeconds(played);
    }

    /// <summary>The instant of the clock at which a scenario instant is played.</summary>
    public DateTimeOffset ClockTime(DateTimeOffset scenarioTime) =>
        SharesClock ? scenarioTime : PostedAt.AddSeconds((scenarioTime - Scenario.StartsAt).TotalSeconds / Speed);

    public bool HasEnded(DateTimeOffset now) => ScenarioTime(now) >= Scenario.EndsAt;
}
