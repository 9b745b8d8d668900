namespace StatusHub.Domain.Judging;

/// <summary>The last twenty log slow-downs with their times: how much slower than usual, as people would feel it.</summary>
public sealed class SlownessWindow
{
    /// <summary>Observations remembered.</summary>
    public const int Size = 20;

    /// <summary>Fewest observations a slow-down is told from.</summary>
    private const int Least = 4;

    /// <summary>So many of the window beyond the 99th percentile are a slow-down by themselves: a fifth of requests hangs.</summary>
    private const int LeastBeyond99 = 4;

    /// <summary>One observation counts at most as a five-fold slow-down, and at least as a third of the usual time.</summary>
    private const double Least1 = -1.2, Most1 = 1.6;

    private readonly double[] times = new double[Size];
    private readonly double[] logs = new double[Size];
    private readonly double[] beyond99 = new double[Size];
    private int count;

    public SlownessWindow Copy()
    {
        var copy = new SlownessWindow { count = count };
        times.CopyTo(copy.times, 0);
        logs.CopyTo(copy.logs, 0);
        beyond99.CopyTo(copy.beyond99, 0);
        return copy;
    }

    public void Add(double at, double residual, bool isBeyond99)
    {
        var slot = count++ % Size;
        (times[slot], logs[slot], beyond99[slot]) = (at, residual, isBeyond99 ? 1 : 0);
        count = count >= 2 * Size ? count - Size : count; // keeps the slot, never overflows
    }

    /// <summary>
    /// Whether the slow-down since then is large enough to tell people: its mean passes the policy's least with two standard errors to spare, or a
    /// fifth of all requests hangs.
    /// </summary>
    /// <param name="since">Unix seconds.</param>
    public bool IsLarge(double since, JudgingPolicy policy)
    {
        var (n, sum, tail) = Sum(since);
        return n >= Least && (sum / n >= Math.Log(policy.LeastSlowdown) + (policy.SlowdownMargin / Math.Sqrt(n)) || tail >= LeastBeyond99);
    }

    /// <summary>Whether the whole window says the slow-down is gone.</summary>
    public bool IsOver(JudgingPolicy policy)
    {
        var (n, sum, tail) = Sum(double.MinValue);
        return n == 0 || (sum / n < Math.Log(policy.SlowOverBelow) && tail < LeastBeyond99);
    }

    /// <summary>Median slow-down since then as a factor, at least 1.</summary>
    public double Factor(double since)
    {
        var recent = Enumerable.Range(0, Math.Min(count, Size)).Where(i => times[i] >= since).Select(i => logs[i]).Order().ToArray();
        return recent.Length == 0 ? 1 : Math.Max(1, Math.Exp(recent[recent.Length / 2]));
    }

    private (int Count, double Sum, int Beyond99) Sum(double since)
    {
        int n = 0, tail = 0;
        double sum = 0;
        for (var i = 0; i < Math.Min(count, Size); i++)
        {
            if (times[i] >= since)
            {
                n++;
                sum += Math.Clamp(logs[i], Least1, Most1);
                tail += (int)beyond99[i];
            }
        }

        return (n, sum, tail);
    }

    internal void Write(BinaryWriter to)
    {
        to.Write((byte)count);
        Numbers.Write(to, times);
        Numbers.Write(to, logs);
        Numbers.Write(to, beyond99);
    }

    internal static SlownessWindow Read(BinaryReader from)
    {
        var read = new SlownessWindow { count = from.ReadByte() };
        Numbers.Read(from, read.times);
        Numbers.Read(from, read.logs);
        Numbers.Read(from, read.beyond99);
        return read;
    }
}
