using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Incidents;

/// <summary>What the automatic sentences are made of.</summary>
/// <param name="Provider">Who can end it ("Anthropic").</param>
/// <param name="Hit">The models in trouble, the one spoken of first.</param>
/// <param name="Alternatives">Names of models that work now, best first: those outside the failed domain before others.</param>
/// <param name="NextUpdateBy">When we will write again at the latest.</param>
public sealed record Story(string Provider, IReadOnlyList<HitModel> Hit, IReadOnlyList<string> Alternatives, DateTimeOffset? NextUpdateBy);

/// <param name="Name">As people know it ("Claude Opus 4.8").</param>
/// <param name="StartedAt">First failing observation.</param>
public sealed record HitModel(string Name, Verdict Verdict, DateTimeOffset StartedAt);

/// <summary>
/// Titles and updates in plain words: which model, how many requests, since when, in what way, what works instead, who is waited for. Times are UTC.
/// Shares are rounded to what probes can tell.
/// </summary>
public static class Wording
{
    /// <summary>Most alternatives named: more is a list, not advice.</summary>
    private const int MostAlternatives = 2;

    /// <summary>From this share on an outage is called major (<see cref="JudgingPolicy.MajorFrom"/>).</summary>
    private const double LeastMajorShare = 0.5;

    /// <summary>Least slow-down that has a sentence of its own beside another.</summary>
    private const double LeastToldFactor = 1.5;

    /// <summary>Names the regions where it is confined to some: who is elsewhere is not to read that a model is down. Of several models only what holds for all.</summary>
    public static string Title(Story story)
    {
        var where = story.Hit.Select(h => Where(h.Verdict)).Distinct(StringComparer.Ordinal).ToList();
        return $"{Names(story)} {Trouble(story.Hit[0].Verdict, story.Hit.Count > 1)}{(where.Count == 1 ? where[0] : "")}";
    }

    /// <summary>The title of what is over, naming all it hit and how bad it was at its worst: what stands in the history.</summary>
    public static string PastTitle(Story story, HealthState worst, TroubleKind kind) => $"{Names(story)} {kind switch
    {
        TroubleKind.Latency => story.Hit.Count > 1 ? "were slow" : "was slow",
        TroubleKind.Quality => "gave wrong answers",
        TroubleKind.Access => "refused valid keys",
        _ when worst == HealthState.MajorOutage => "failed most requests",
        TroubleKind.Availability => "could not be reached reliably",
        _ => "failed some requests",
    }}";

    public static string Opened(Story story) =>
        Sentences($"{Happening(story.Hit[0])}.", Advice(story), $"We are waiting on {story.Provider}.", Next(story));

    /// <param name="joined">The model newly hit.</param>
    public static string Joined(Story story, HitModel joined) =>
        Sentences($"{Happening(joined)}. It shares infrastructure with {story.Hit.First(h => h.Name != joined.Name).Name}.", Advice(story), Next(story));

    public static string Worse(Story story) =>
        Sentences($"It got worse: {Happening(story.Hit[0])}.", Advice(story), $"We are waiting on {story.Provider}.", Next(story));

    public static string FailureChanged(HitModel hit) => $"{hit.Name} now fails in another way: {Manner(hit.Verdict)}.";

    /// <param name="kind">What the trouble was: after mere slowness nobody is told that requests succeed again.</param>
    public static string Monitoring(Story story, TroubleKind kind = TroubleKind.Errors)
    {
        var are = story.Hit.Count > 1;
        var better = kind switch
        {
            TroubleKind.Latency => $"{(are ? "start" : "starts")} answering as quickly as usual again. Some answers may still be slow",
            TroubleKind.Quality => $"{(are ? "give" : "gives")} right answers again. Some may still be wrong",
            _ => $"{(are ? "answer" : "answers")} most requests again. Some may still fail or be slow",
        };
        return Sentences($"{Names(story)} {better}; we keep checking and will say when it is over.", Next(story));
    }

    /// <param name="times">How often it has come back.</param>
    public static string Relapsed(Story story, int times) => Sentences(
        times > 1 ? $"{Happening(story.Hit[0])}. It has come back {times} times." : $"{Happening(story.Hit[0])}, after it had seemed over.",
        "It may come and go: treat it as down until we say it is stable.",
        Advice(story));

    public static string Reopened(Story story) =>
        Sentences($"It is back: {Happening(story.Hit[0])}.", Advice(story), $"We are waiting on {story.Provider}.", Next(story));

    /// <param name="startedAt">First failing observation of the incident.</param>
    /// <param name="endedAt">Since when all has been well.</param>
    public static string Resolved(Story story, DateTimeOffset startedAt, DateTimeOffset endedAt) =>
        $"{Names(story)} {(story.Hit.Count > 1 ? "have" : "has")} worked normally since {Clock(endedAt)}. The trouble began at {Clock(startedAt)}{OnDay(startedAt, endedAt)} and lasted {Span(endedAt - startedAt)}.";

    public static string GivenUp(Story story) =>
        $"{Names(story)} {(story.Hit.Count > 1 ? "have" : "has")} not been measured for hours, so we cannot say how this ended. We close it here and will open a new one if trouble is seen.";

    /// <summary>The title's predicate: what is wrong in a few words, without numbers that will change.</summary>
    private static string Trouble(Verdict verdict, bool areMany) => verdict.Kind switch
    {
        TroubleKind.Latency => areMany ? "are slow" : "is slow",
        TroubleKind.Quality => areMany ? "give wrong answers" : "gives wrong answers",
        TroubleKind.Access => areMany ? "refuse valid keys" : "refuses valid keys",
        _ when verdict.Status == HealthState.MajorOutage => areMany ? "fail most requests" : "fails most requests",
        TroubleKind.Availability => "cannot be reached reliably",
        _ => areMany ? "fail some requests" : "fails some requests",
    };

    private static string Happening(HitModel hit)
    {
        var verdict = hit.Verdict;
        var since = $"since {Clock(hit.StartedAt)}";
        return verdict.Kind == TroubleKind.Latency
            ? $"{hit.Name} works but {Slowness(verdict)}{Where(verdict)}, {since}"
            : $"{hit.Name} is failing {Share(ShownShare(verdict))}{Where(verdict)} {since}: {Manner(verdict)}{AlsoSlow(verdict)}";
    }

    /// <summary>Slow to begin, slow to write, or both.</summary>
    private static string Slowness(Verdict verdict)
    {
        var (begin, write) = (verdict.SlowFactor, verdict.Scope.TokenTimeFactor);
        return write < LeastToldFactor ? $"is {Factor(begin)} slower than usual to start answering"
            : begin < LeastToldFactor ? $"writes its answers {Factor(write)} slower than usual"
            : $"is {Factor(begin)} slower than usual to start answering and {Factor(write)} slower to write";
    }

    private static string Where(Verdict verdict) => verdict.Scope.Regions() is { Count: > 0 } regions ? $" in {Listed(regions)} only" : "";

    private static string AlsoSlow(Verdict verdict) =>
        verdict.SlowFactor >= 2 && verdict.FailureShare < 0.9 ? $"; the rest start {Factor(verdict.SlowFactor)} slower than usual" : "";

    /// <summary>A major outage is shown until it is surely milder; a lucky minute must not contradict the title.</summary>
    private static double ShownShare(Verdict verdict) =>
        verdict.Status == HealthState.MajorOutage ? Math.Max(verdict.FailureShare, LeastMajorShare) : verdict.FailureShare;

    /// <summary>Probes tell a share to about a tenth; more digits would be invented.</summary>
    private static string Share(double share) => share switch
    {
        >= 0.95 => "nearly every request",
        >= 0.15 => $"about {Math.Round(share * 10):0} in 10 requests",
        >= 0.075 => "about 1 in 10 requests",
        >= 0.03 => "about 1 in 20 requests",
        _ => "a few requests",
    };

    private static string Factor(double factor) => factor switch
    {
        >= 9.5 => "more than ten times",
        _ => $"{factor:0.0}x",
    };

    /// <summary>How it fails, as a person would see it.</summary>
    public static string Manner(Verdict verdict) => verdict.DominantFailure switch
    {
        FailureClass.Overloaded => "the service answers that it is overloaded",
        FailureClass.ServerError => "the service answers with an internal error (HTTP 500)",
        FailureClass.BadGateway => "its gateway answers with an error (HTTP 502 or 504)",
        FailureClass.ProviderTimeout => "requests get no answer in time",
        FailureClass.FirstTokenTimeout => "requests are accepted, but no answer begins",
        FailureClass.StreamStall => "answers begin and then hang",
        FailureClass.StreamCut => "answers break off halfway",
        FailureClass.MalformedStream => "answers arrive garbled",
        FailureClass.EmptyResponse => "answers come back empty",
        FailureClass.InStreamError => "answers begin and then end in an error",
        FailureClass.WrongContent => "answers arrive on time but are wrong",
        FailureClass.WrongModel => "another model answers in its place",
        FailureClass.ModelGone => "the provider says the model does not exist",
        FailureClass.Slow => "answers take far too long",
        FailureClass.Dns => "its address cannot be looked up",
        FailureClass.Connect => "no connection can be made",
        FailureClass.Tls => "no secure connection can be made",
        FailureClass.Reset => "connections are dropped",
        FailureClass.Auth or FailureClass.Permission => "valid keys are refused (HTTP 401 or 403), then accepted again",
        _ => "requests end in errors",
    };

    private static string Names(Story story) => Listed([.. story.Hit.Select(h => h.Name)]);

    private static string Advice(Story story) => story.Alternatives.Count == 0
        ? "No other model we watch is known to work in its place right now."
        : $"{Listed([.. story.Alternatives.Take(MostAlternatives)])} {(story.Alternatives.Count > 1 ? "work" : "works")} normally and can be used meanwhile.";

    private static string Next(Story story) => story.NextUpdateBy is { } by ? $"Next update by {Clock(by)}." : "";

    private static string Listed(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "",
        1 => names[0],
        2 => $"{names[0]} and {names[1]}",
        _ => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
    };

    private static string Clock(DateTimeOffset time) => $"{time.UtcDateTime:HH:mm} UTC";

    private static string OnDay(DateTimeOffset one, DateTimeOffset other) => one.UtcDateTime.Date == other.UtcDateTime.Date ? "" : $" on {one.UtcDateTime:d MMMM}";

    private static string Span(TimeSpan span) => span.TotalMinutes switch
    {
        < 1.5 => "about a minute",
        < 90 => $"{span.TotalMinutes:0} minutes",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };

    private static string Sentences(params string[] sentences) => string.Join(' ', sentences.Where(s => s.Length > 0));
}
