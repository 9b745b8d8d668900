namespace StatusHub.Domain.Judging;

/// <summary>What the statistic says after an observation.</summary>
/// <param name="Total">The weighted statistic, in seconds: an alarm at <c>A</c> comes at most once in <c>A</c> healthy seconds on average.</param>
/// <param name="Leading">Index of the hypothesis that carries most of it.</param>
/// <param name="LeadingSince">Unix seconds of the observation since which the leading hypothesis beats "healthy": the change point, by maximum likelihood.</param>
public readonly record struct DetectorReading(double Total, int Leading, double LeadingSince);

/// <summary>
/// Quickest change detection: a mixture of Shiryaev-Roberts statistics over a set of hypotheses, weighted by time,
/// <c>R ← (w + R)·L</c>, with w the seconds since the last observation and L its likelihood ratio. As long as the next probe's time is
/// chosen from the past, <c>R − t</c> is a supermartingale in health, whatever the schedule (Shiryaev 1963, Pollak 1985; mixtures: Shin et al. 2023).
/// </summary>
public sealed class DetectorState
{
    private readonly double[] evidence; // R of each hypothesis, in seconds
    private readonly double[] climb;    // its CUSUM, as a ratio: 1 when nothing speaks for it (Page 1954)
    private readonly double[] since;    // when that climb began, in Unix seconds

    /// <summary>Far above any alarm; keeps numbers finite when an effect is established but too small to tell anyone.</summary>
    private const double Ceiling = 1e15;

    public DetectorState(int hypotheses)
    {
        evidence = new double[hypotheses];
        climb = new double[hypotheses];
        since = new double[hypotheses];
        Reset();
    }

    private DetectorState(DetectorState other)
    {
        evidence = [.. other.evidence];
        climb = [.. other.climb];
        since = [.. other.since];
    }

    /// <summary>The statistic of each hypothesis, in seconds, unweighted.</summary>
    public ReadOnlySpan<double> Evidence => evidence;

    /// <summary>Unix seconds since which each hypothesis beats "healthy".</summary>
    public ReadOnlySpan<double> Since => since;

    public DetectorState Copy() => new(this);

    public void Reset()
    {
        Array.Clear(evidence);
        Array.Clear(since);
        Array.Fill(climb, 1);
    }

    /// <summary>Folds one observation in, in place (the judge folds into a copy).</summary>
    /// <param name="ratios">Likelihood ratio of what was seen, by hypothesis.</param>
    /// <param name="weights">Prior weights of the hypotheses; they add to at most 1.</param>
    /// <param name="gap">Seconds since the last observation.</param>
    /// <param name="at">Unix seconds of this one.</param>
    /// <param name="mayBegin">Whether a change may be dated to it; what happens in health every few minutes would date changes too early.</param>
    public DetectorReading Fold(ReadOnlySpan<double> ratios, ReadOnlySpan<double> weights, double gap, double at, bool mayBegin = true)
    {
        double total = 0, most = -1;
        var leading = 0;
        for (var h = 0; h < evidence.Length; h++)
        {
            evidence[h] = Math.Min(Ceiling, (gap + evidence[h]) * ratios[h]);
            var before = climb[h];
            climb[h] = before > 1 || mayBegin ? Math.Clamp(before * ratios[h], 1, Ceiling) : 1;
            if (before <= 1 && climb[h] > 1)
            {
                since[h] = at;
            }

            var share = weights[h] * evidence[h];
            total += share;
            if (share > most)
            {
                (most, leading) = (share, h);
            }
        }

        return new(total, leading, since[leading]);
    }

    /// <summary>Lifts a hypothesis to at least so many seconds: somebody who must know says it holds. Never lowers one.</summary>
    internal void Lift(int hypothesis, double seconds) => evidence[hypothesis] = Math.Max(evidence[hypothesis], seconds);

    /// <summary>
    /// Folds <paramref name="count"/> equal observations at equal gaps in closed form: a geometric series. Only for observations that
    /// speak for no hypothesis (every ratio below 1).
    /// </summary>
    /// <returns>The statistic after the last of them.</returns>
    public double FoldQuiet(ReadOnlySpan<double> ratios, ReadOnlySpan<double> weights, double gap, long count)
    {
        double total = 0;
        for (var h = 0; h < evidence.Length; h++)
        {
            var q = ratios[h];
            var qn = Math.Pow(q, count);
            evidence[h] = (evidence[h] * qn) + (gap * q * (1 - qn) / (1 - q));
            climb[h] = Math.Max(1, climb[h] * qn);
            total += weights[h] * evidence[h];
        }

        return total;
    }

    internal void Write(BinaryWriter to)
    {
        to.Write((byte)evidence.Length);
        foreach (var numbers in new[] { evidence, climb, since })
        {
            Numbers.Write(to, numbers);
        }
    }

    /// <summary>The same with further hypotheses behind, for which nothing speaks yet.</summary>
    internal DetectorState With(int hypotheses)
    {
        var wider = new DetectorState(hypotheses);
        evidence.CopyTo(wider.evidence, 0);
        climb.CopyTo(wider.climb, 0);
        since.CopyTo(wider.since, 0);
        return wider;
    }

    internal static DetectorState Read(BinaryReader from)
    {
        var state = new DetectorState(from.ReadByte());
        foreach (var numbers in new[] { state.evidence, state.climb, state.since })
        {
            Numbers.Read(from, numbers);
        }

        return state;
    }
}

/// <summary>Doubles to bytes and back, exactly.</summary>
internal static class Numbers
{
    public static void Write(BinaryWriter to, ReadOnlySpan<double> numbers)
    {
        foreach (var number in numbers)
        {
            to.Write(number);
        }
    }

    public static void Read(BinaryReader from, Span<double> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = from.ReadDouble();
        }
    }
}
