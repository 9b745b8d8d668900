using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>What one observation is to the judge: a success in one of five latency bands or untimed, or one of six kinds of failure.</summary>
public enum EvidenceClass : byte
{
    /// <summary>Success; time to first token at or below its usual median.</summary>
    UpToMedian,
    UpTo80,
    UpTo95,
    UpTo99,

    /// <summary>Success, slower than 99 of 100.</summary>
    Beyond99,

    /// <summary>Success without a usable time to first token.</summary>
    Untimed,

    /// <summary>5xx answers and failed connections.</summary>
    Failing,
    Timeout,
    Capacity,
    Access,
    Stream,
    Content,
}

/// <summary>What a hypothesis of trouble says is wrong.</summary>
public enum Suspect : byte
{
    Slow,
    Failing,
    Timeout,
    Capacity,
    Access,
    Stream,
    Content,

    /// <summary>Failures of every kind at once.</summary>
    Anything,

    /// <summary>Failing and slow together, as an overloaded or half-broken service does.</summary>
    Struggling,

    /// <summary>Answers begin as quickly as usual and then come word by slow word.</summary>
    Dragging,
}

/// <summary>
/// The alternatives to "healthy" a probe result is weighed against: four kinds of slowness to begin, eight kinds of failing at four shares each, and
/// the four kinds of slowness again for the time from token to token.
/// A failure ratio is <c>(1 − g) + g·d/p0</c> for a share g whose failures fall into the class with probability d: its healthy mean is
/// at most 1 when p0 bounds the true rate of every class, which is all the guarantee needs.
/// </summary>
public static class ProbeHypotheses
{
    private const int SlowKinds = 4;

    /// <summary>Healthy shares of the latency bands, slightly pessimistic, so that a tracked quantile may be a little off.</summary>
    private static readonly double[] HealthyBands = [0.480, 0.300, 0.155, 0.048, 0.017];

    /// <summary>The bands under a shift of time to first token by 0.9, 1.6 and 3 sigma, and when a fifth of requests is very slow.</summary>
    private static readonly double[][] SlowBands =
    [
        [0.205, 0.293, 0.285, 0.144, 0.073],
        [0.085, 0.178, 0.284, 0.234, 0.219],
        [0.035, 0.034, 0.078, 0.154, 0.699],
        [0.380, 0.240, 0.120, 0.060, 0.200],
    ];

    private static readonly double[] SlowWeights = [0.3, 0.3, 0.2, 0.2];

    private const int StrugglingBand = 1;

    /// <summary>Healthy rate of each failure class as a multiple of the model's whole healthy failure rate: upper bounds, so they add to more than 1.</summary>
    private static readonly double[] HealthyFailures = [1.0, 0.6, 0.6, 0.2, 0.4, 0.2];

    /// <summary>How failures spread over the classes (Failing … Content) when everything fails at once.</summary>
    private static readonly double[] AnySpread = [0.45, 0.15, 0.20, 0, 0.15, 0.05];

    private static readonly (Suspect Suspect, double Weight)[] FailingKinds =
    [
        (Suspect.Failing, 0.20), (Suspect.Timeout, 0.12), (Suspect.Capacity, 0.12), (Suspect.Access, 0.06),
        (Suspect.Stream, 0.08), (Suspect.Content, 0.08), (Suspect.Anything, 0.12), (Suspect.Struggling, 0.12),
    ];

    private const double SlowKindWeight = 0.06, DraggingKindWeight = 0.04;

    public static int Count(JudgingPolicy policy) => CountWithoutDragging(policy) + SlowKinds;

    /// <summary>How many there were before the time from token to token was weighed; those stand first.</summary>
    internal static int CountWithoutDragging(JudgingPolicy policy) => SlowKinds + (FailingKinds.Length * policy.FailingShares.Length);

    public static Suspect SuspectOf(int hypothesis, JudgingPolicy policy) =>
        hypothesis < SlowKinds ? Suspect.Slow
        : hypothesis >= CountWithoutDragging(policy) ? Suspect.Dragging
        : FailingKinds[(hypothesis - SlowKinds) / policy.FailingShares.Length].Suspect;

    /// <summary>Prior weights of all hypotheses; they add to 1.</summary>
    public static void Weights(JudgingPolicy policy, Span<double> into)
    {
        for (var s = 0; s < SlowKinds; s++)
        {
            into[s] = SlowKindWeight * SlowWeights[s];
        }

        var h = SlowKinds;
        foreach (var (_, weight) in FailingKinds)
        {
            foreach (var share in policy.FailingShareWeights)
            {
                into[h++] = weight * share;
            }
        }

        foreach (var weight in SlowWeights)
        {
            into[h++] = DraggingKindWeight * weight;
        }
    }

    /// <summary>Likelihood ratio of an observation under every hypothesis.</summary>
    /// <param name="pace">The band of its time from token to token; <see cref="EvidenceClass.Untimed"/> when there is none.</param>
    /// <param name="healthyFailureShare">Share of healthy requests that fail (p0), as an upper bound.</param>
    public static void Ratios(EvidenceClass seen, EvidenceClass pace, double healthyFailureShare, JudgingPolicy policy, Span<double> into)
    {
        for (var s = 0; s < SlowKinds; s++)
        {
            into[s] = BandRatio(seen, s);
        }

        var h = SlowKinds;
        foreach (var (suspect, _) in FailingKinds)
        {
            foreach (var share in policy.FailingShares)
            {
                into[h++] = FailureRatio(seen, suspect, share, healthyFailureShare);
            }
        }

        for (var s = 0; s < SlowKinds; s++)
        {
            into[h++] = BandRatio(pace, s);
        }
    }

    /// <summary>Whether it is a success slower than 95 of 100.</summary>
    public static bool IsSlow(EvidenceClass seen) => seen is EvidenceClass.UpTo99 or EvidenceClass.Beyond99;

    private static double BandRatio(EvidenceClass seen, int slow) =>
        seen < EvidenceClass.Untimed ? SlowBands[slow][(int)seen] / HealthyBands[(int)seen] : 1;

    private static double FailureRatio(EvidenceClass seen, Suspect suspect, double share, double healthyFailureShare)
    {
        if (seen < EvidenceClass.Failing)
        {
            return (1 - share) * (suspect == Suspect.Struggling ? BandRatio(seen, StrugglingBand) : 1);
        }

        var failure = seen - EvidenceClass.Failing;
        var spread = suspect >= Suspect.Anything ? AnySpread[failure] : suspect - Suspect.Failing == failure ? 1 : 0;
        return 1 - share + (share * spread / (HealthyFailures[failure] * healthyFailureShare));
    }

    /// <summary>The class of a failure that counts.</summary>
    public static EvidenceClass ClassOf(FailureClass failure) => failure switch
    {
        FailureClass.ProviderTimeout or FailureClass.FirstTokenTimeout or FailureClass.Slow => EvidenceClass.Timeout,
        FailureClass.Overloaded => EvidenceClass.Capacity,
        FailureClass.Auth or FailureClass.Permission => EvidenceClass.Access,
        FailureClass.StreamStall or FailureClass.StreamCut or FailureClass.MalformedStream or FailureClass.InStreamError => EvidenceClass.Stream,
        FailureClass.WrongContent or FailureClass.WrongModel or FailureClass.EmptyResponse or FailureClass.ResponseTooLarge => EvidenceClass.Content,
        _ => EvidenceClass.Failing,
    };

    /// <summary>What people would call a trouble whose commonest failure is this one.</summary>
    public static TroubleKind KindOf(FailureClass failure) => failure switch
    {
        FailureClass.None or FailureClass.Slow => TroubleKind.Latency,
        FailureClass.WrongContent or FailureClass.WrongModel => TroubleKind.Quality,
        FailureClass.Auth or FailureClass.Permission => TroubleKind.Access,
        FailureClass.ProviderTimeout or FailureClass.FirstTokenTimeout or FailureClass.ModelGone => TroubleKind.Availability,
        FailureClass.Dns or FailureClass.Connect or FailureClass.Tls or FailureClass.Reset => TroubleKind.Availability,
        _ => TroubleKind.Errors,
    };
}
