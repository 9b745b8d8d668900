namespace StatusHub.Simulator.Faults;

/// <summary>How one request ends.</summary>
public enum Ending
{
    Answered,
    ConnectionRefused,
    Error,
    Stalled,
    Cut,
    InStreamError,
    Empty,
    Malformed,
}

/// <summary>What befalls one request: drawn once, before anything is sent.</summary>
/// <param name="Ending">How it ends.</param>
/// <param name="Status">The HTTP status when it ends in an error.</param>
/// <param name="WrongContent">The text is wrong.</param>
/// <param name="WrongModel">Another model answers.</param>
public readonly record struct Fate(Ending Ending, int Status, bool WrongContent, bool WrongModel)
{
    /// <summary>Status of the failures healthy models have.</summary>
    public const int NoiseStatus = 500;

    /// <summary>Draws the same number of times whatever happens, so that one request's faults never shift the next one's luck.</summary>
    public static Fate Draw(FaultSet faults, double noise, Random random)
    {
        Span<double> luck = stackalloc double[10];
        foreach (ref var one in luck)
        {
            one = random.NextDouble();
        }

        var ending =
            luck[0] < faults.ConnectFailRate ? Ending.ConnectionRefused
            : luck[1] < faults.ErrorRate || luck[2] < noise ? Ending.Error
            : luck[3] < faults.StallRate ? Ending.Stalled
            : luck[4] < faults.CutRate ? Ending.Cut
            : luck[5] < faults.InStreamErrorRate ? Ending.InStreamError
            : luck[6] < faults.EmptyRate ? Ending.Empty
            : luck[7] < faults.MalformedRate ? Ending.Malformed
            : Ending.Answered;
        var status = luck[1] < faults.ErrorRate ? faults.ErrorStatus : NoiseStatus;
        return new Fate(ending, status, luck[8] < faults.WrongContentRate, luck[9] < faults.WrongModelRate);
    }
}
