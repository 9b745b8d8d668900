namespace StatusHub.Domain.Contracts;

/// <summary>The bad time an objective allows in its window, and where it went. All in seconds.</summary>
/// <param name="From">Where the window begins.</param>
/// <param name="To">Where it ends; in the future for a month under way.</param>
/// <param name="Total">What is allowed in the whole window.</param>
/// <param name="Spent">Bad time so far; may be more than allowed.</param>
/// <param name="Known">Time so far of which something is known.</param>
/// <param name="Unknown">Time so far of which nothing is known: never spent.</param>
public sealed record ErrorBudget(DateTimeOffset From, DateTimeOffset To, double Total, double Spent, double Known, double Unknown)
{
    /// <summary>Negative when the objective is missed.</summary>
    public double Left => Total - Spent;

    /// <summary>1 when all of it is spent.</summary>
    public double SpentShare => Spent / Total;

    /// <summary>Share of the known time that was good; null when nothing is known.</summary>
    public double? Good => Known > 0 ? 1 - (Spent / Known) : null;

    public static ErrorBudget Of(Objective objective, IReadOnlyList<CountedStretch> counted, DateTimeOffset now)
    {
        var (from, to) = objective.Window.At(now);
        var (bad, known) = CountedTime.Within(counted, from, now);
        return new(from, to, objective.Allowed * (to - from).TotalSeconds, bad, known, Math.Max(0, (now - from).TotalSeconds - known));
    }
}
