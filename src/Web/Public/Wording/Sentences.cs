using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Web.Public.Wording;

/// <summary>What a model does to its users right now, in one sentence that can be read aloud.</summary>
public static class Sentences
{
    /// <summary>Names listed in full before the rest is counted.</summary>
    private const int NamesInFull = 3;

    /// <summary>A slow-down worth naming as a factor.</summary>
    private const double TellingFactor = 1.2;

    public static string Of(ModelView model) => model.Verdict.Status == HealthState.Unknown
        ? $"We cannot say how {model.Name} is: {model.Verdict.UnknownBecause ?? "no fresh evidence"}."
        : $"{model.Name} {Predicate(model.Verdict, plural: false)}.";

    /// <summary>The part behind the name: <c>is failing 83 % of requests</c>.</summary>
    public static string Predicate(Verdict verdict, bool plural)
    {
        var verb = plural ? "are" : "is";
        var text = verdict.Status switch
        {
            HealthState.Operational => "working",
            HealthState.UnderMaintenance => "under planned maintenance",
            HealthState.MajorOutage => Failing(verdict, "down"),
            HealthState.PartialOutage => Failing(verdict, "partly down"),
            HealthState.DegradedPerformance => Degraded(verdict),
            _ => "not measured",
        };
        text += verdict.Scope.Regions() is { Count: > 0 } regions ? $", in {Names(regions)} only" : "";
        return verdict.Phase == JudgedPhase.Recovering && verdict.Status.IsTrouble() ? $"{verb} recovering, still {text}" : $"{verb} {text}";
    }

    private static string Failing(Verdict verdict, string otherwise) => verdict.FailureShare switch
    {
        >= 0.995 => "failing every request",
        > 0 => $"failing {TimeWords.Share(verdict.FailureShare)} of requests",
        _ => otherwise,
    };

    private static string Degraded(Verdict verdict) => verdict.Kind switch
    {
        TroubleKind.Latency => Slow(verdict),
        TroubleKind.Quality => "answering, but with wrong or broken content",
        TroubleKind.Access => "refusing some users",
        _ => Failing(verdict, "degraded"),
    };

    private static string Slow(Verdict verdict) => (verdict.SlowFactor >= TellingFactor, verdict.Scope.TokenTimeFactor >= TellingFactor) switch
    {
        (true, false) => $"slow: the first words take {verdict.SlowFactor:0.0} times as long as usual",
        (true, true) => $"slow: the first words take {verdict.SlowFactor:0.0} times as long as usual, the words after them {verdict.Scope.TokenTimeFactor:0.0} times",
        (false, true) => $"slow: words follow each other {verdict.Scope.TokenTimeFactor:0.0} times as slowly as usual",
        _ => "slow to answer",
    };

    /// <summary><c>A, B and C</c>; beyond three <c>A, B and 4 more</c>.</summary>
    public static string Names(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "",
        1 => names[0],
        <= NamesInFull => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
        _ => $"{names[0]}, {names[1]} and {names.Count - 2} more",
    };

    /// <summary>A failure in a few words of the reader's language.</summary>
    public static string Of(FailureClass failure) => failure switch
    {
        FailureClass.None => "no failure",
        FailureClass.Overloaded => "overloaded",
        FailureClass.ServerError => "server error",
        FailureClass.BadGateway => "bad gateway",
        FailureClass.ProviderTimeout => "no answer in time",
        FailureClass.FirstTokenTimeout => "no first word in time",
        FailureClass.StreamStall => "answer stalled",
        FailureClass.StreamCut => "answer cut off",
        FailureClass.MalformedStream => "unreadable answer",
        FailureClass.EmptyResponse => "empty answer",
        FailureClass.InStreamError => "error inside the answer",
        FailureClass.WrongContent => "wrong content",
        FailureClass.WrongModel => "wrong model answered",
        FailureClass.ModelGone => "model not found",
        FailureClass.ResponseTooLarge => "answer too large",
        FailureClass.Dns => "name not found",
        FailureClass.Connect => "no connection",
        FailureClass.Tls => "secure connection failed",
        FailureClass.Reset => "connection dropped",
        FailureClass.RateLimited => "rate limited",
        FailureClass.QuotaExhausted => "quota used up",
        _ => FailureClasses.WireName(failure).Replace('_', ' '),
    };
}
