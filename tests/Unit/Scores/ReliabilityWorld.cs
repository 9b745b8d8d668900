using StatusHub.Domain.Scores;

namespace StatusHub.Unit.Scores;

/// <summary>A made service: outages at random, lognormal lengths of at most a day, a tenth to all of its requests failing in them, 0.4 % outside.</summary>
internal sealed class ReliabilityWorld(int seed)
{
    public const double WeekMinutes = 10_080;
    public const double Usual = .004;

    private readonly Random _chance = new(seed);

    public Random Chance => _chance;

    public sealed record Trouble(double From, double To, double Share)
    {
        public double BadMinutes => (Share - Usual) * (To - From);
    }

    public List<Trouble> Play(double weeks, double perWeek)
    {
        var troubles = new List<Trouble>();
        for (var at = Wait(WeekMinutes / perWeek); at < weeks * WeekMinutes; at += Wait(WeekMinutes / perWeek))
        {
            var length = Math.Min(1_440, Math.Exp(3.8 + (1.4 * Normal())));
            var pick = _chance.NextDouble();
            troubles.Add(new(at, at + length, pick < .35 ? .1 : pick < .6 ? .3 : pick < .8 ? .7 : 1));
            at += length;
        }

        return troubles;
    }

    /// <summary>Share of bad minutes between two instants.</summary>
    public static double BadShare(IEnumerable<Trouble> troubles, double from, double to) =>
        Usual + (troubles.Sum(t => (t.Share - Usual) * Math.Max(0, Math.Min(t.To, to) - Math.Max(t.From, from))) / (to - from));

    /// <summary>Probes of a fixed grid in minutes, and those the suspicion adds; failures of each.</summary>
    public (int Grid, int GridFailed, int All, int AllFailed) Probe(IReadOnlyList<Trouble> troubles, double every)
    {
        int grid = 0, gridFailed = 0, all = 0, allFailed = 0, next = 0;
        double gridAt = _chance.NextDouble() * every, extraAt = double.PositiveInfinity;
        while (Math.Min(gridAt, extraAt) is var at && at < WeekMinutes)
        {
            while (next < troubles.Count && troubles[next].To < at)
            {
                next++;
            }

            var trouble = next < troubles.Count && troubles[next].From <= at ? troubles[next] : null;
            var failed = _chance.NextDouble() < (trouble?.Share ?? Usual);
            (all, allFailed) = (all + 1, allFailed + (failed ? 1 : 0));
            if (gridAt <= extraAt)
            {
                (grid, gridFailed, gridAt) = (grid + 1, gridFailed + (failed ? 1 : 0), gridAt + every);
            }

            extraAt = trouble is not null && at - trouble.From > 2 ? at + (1.0 / 6) : failed ? at + (1.0 / 12) : double.PositiveInfinity;
        }

        return (grid, gridFailed, all, allFailed);
    }

    /// <summary>What a fixed grid sees of the world, in slices of the scores: as published weeks are made from.</summary>
    /// <param name="every">Minutes between two probes.</param>
    public List<ScoreSlice> Slices(IReadOnlyList<Trouble> troubles, DateTimeOffset start, double weeks, double every)
    {
        const double SliceMinutes = ScorePolicy.SliceSeconds / 60.0;
        var (slices, next, at) = (new List<ScoreSlice>(), 0, _chance.NextDouble() * every);
        for (var slice = 0; slice < weeks * WeekMinutes / SliceMinutes; slice++)
        {
            int probes = 0, failed = 0;
            for (; at < (slice + 1) * SliceMinutes; at += every)
            {
                while (next < troubles.Count && troubles[next].To < at)
                {
                    next++;
                }

                var share = next < troubles.Count && troubles[next].From <= at ? troubles[next].Share : Usual;
                (probes, failed) = (probes + 1, failed + (_chance.NextDouble() < share ? 1 : 0));
            }

            slices.Add(new(start.AddSeconds(slice * ScorePolicy.SliceSeconds), probes, failed, 0, 0));
        }

        return slices;
    }

    /// <summary>An endpoint's own outages a week: around 1.5, some far fewer and some far more.</summary>
    public double Rate()
    {
        const double Shape = 2.04;
        return Math.Clamp(Gamma(Shape) * 1.5 / Shape, .05, 10);
    }

    private double Gamma(double shape)
    {
        var (d, c) = (shape - (1.0 / 3), 1 / Math.Sqrt(9 * (shape - (1.0 / 3))));
        while (true)
        {
            var x = Normal();
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - _chance.NextDouble()) < (.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble());

    private double Wait(double mean) => -mean * Math.Log(1 - _chance.NextDouble());
}
