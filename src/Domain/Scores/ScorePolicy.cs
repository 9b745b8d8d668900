namespace StatusHub.Domain.Scores;

/// <summary>The published rules of the weekly score, in numbers. Whoever changes one raises <see cref="Version"/>: what is published stays as it was made.</summary>
public sealed record ScorePolicy
{
    public static readonly ScorePolicy Default = new();

    /// <summary>
    /// Version of the methodology; stands with every published figure. The first number counts changes of the score itself, the second those of what
    /// stands beside it: weeks that differ in the second alone are one history, and none of them is published twice.
    /// </summary>
    public const string Version = "1.1";

    /// <summary>What the versions of one history have in common.</summary>
    public static string Major => Version[..(Version.IndexOf('.', StringComparison.Ordinal) + 1)];

    /// <summary>Seconds of one slice; each counts alike, however many probes fell into it.</summary>
    public const int SliceSeconds = 900;

    /// <summary>Decimals of what is published, in points (per cent), seconds and minutes. Figures are made from the rounded raw ones, so that anyone gets the same.</summary>
    public const int Digits = 3;

    /// <summary>Minutes after a week's end before it is published, so that its last probes are in.</summary>
    public TimeSpan PublishAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Share of the watched time that must have been measured; below it there is no score, only its bounds.</summary>
    public double LeastCoverage { get; init; } = 0.9;

    /// <summary>
    /// An answer is slow when its first token took more than so many times what <see cref="UsualShare"/> of them usually take at that hour of the day.
    /// Twice the median would not do: times are log-normal with a sigma around 0.45, so one in sixteen of a healthy model's answers is beyond it.
    /// </summary>
    public double SlowTimes { get; init; } = 2;

    public double UsualShare { get; init; } = 0.95;

    /// <summary>Answers from which the usual of an hour is taken; with fewer, that of the whole day stands in.</summary>
    public int LeastAnswers { get; init; } = 30;

    /// <summary>Weeks before the scored one from which the usual speed is taken.</summary>
    public int UsualWeeks { get; init; } = 4;

    /// <summary>Maintenance announced so long ahead is left out of the score (and shown beside it).</summary>
    public TimeSpan AnnouncedAhead { get; init; } = TimeSpan.FromHours(72);

    /// <summary>
    /// Time beyond the promised one by which a provider's next word still keeps its promise: pages are read every few minutes, and clocks differ. Shorter
    /// than <see cref="PublishAfter"/>, so that all that fell due is decided.
    /// </summary>
    public TimeSpan UpdateGrace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Weeks, the scored one included, that the forecast rests on.</summary>
    public int HistoryWeeks { get; init; } = 13;

    /// <summary>Two share a rank unless the one is better next week with this probability.</summary>
    public double SureOrder { get; init; } = 0.9;

    public RenewalPolicy Renewal { get; init; } = RenewalPolicy.Default;
}
