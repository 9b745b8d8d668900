using StatusHub.Domain.Judging;

namespace StatusHub.Web.Public.Wording;

/// <summary>The answer to "is it me or the model?": one sentence about now, with what it rests on.</summary>
/// <param name="State">The worst state among the models; decides shape and colour.</param>
/// <param name="Title">The sentence, without a full stop.</param>
/// <param name="Affected">Models in that worst state, worst failure share first.</param>
/// <param name="Also">A second sentence about the rest, if there is something to say.</param>
public sealed record Headline(HealthState State, string Title, IReadOnlyList<ModelView> Affected, string? Also)
{
    public static Headline Of(HubView view)
    {
        if (view.Models.Count == 0)
        {
            return new(HealthState.Unknown, "No models are watched yet", [], "As soon as a first endpoint is probed, its model appears here.");
        }

        var worst = view.Models.Select(m => m.Verdict.Status).MaxBy(StateWords.Weight);
        var affected = view.Models.Where(m => m.Verdict.Status == worst).OrderByDescending(m => m.Verdict.FailureShare).ToList();
        return worst switch
        {
            HealthState.Operational => Calm(view),
            HealthState.UnderMaintenance => new(worst, $"{Subject(affected)} under planned maintenance", affected, Rest(view, affected)),
            HealthState.Unknown => Unseen(view, affected),
            _ => new(worst, Trouble(affected), affected, Rest(view, affected)),
        };
    }

    /// <summary>When the worst trouble began: its first failing observation.</summary>
    public DateTimeOffset? Since => Affected.Count == 0 ? null : Affected.Min(m => m.Verdict.TroubleSince ?? m.Verdict.Since);

    private static Headline Calm(HubView view) => new(
        HealthState.Operational,
        view.Models.Count == 1 ? $"{view.Models[0].Name} is working" : $"All {view.Models.Count} models are working",
        [],
        null);

    private static Headline Unseen(HubView view, List<ModelView> unseen)
    {
        if (unseen.Count == view.Models.Count)
        {
            return new(HealthState.Unknown, "We do not know right now", [], $"There is no fresh evidence about any model: {Why(unseen)}.");
        }

        return new(HealthState.Unknown, "Everything we can see is working", [], $"No fresh evidence about {Names(unseen)}: {Why(unseen)}.");
    }

    private static string Why(List<ModelView> unseen) =>
        unseen.Select(m => m.Verdict.UnknownBecause).FirstOrDefault(because => because is not null) ?? "the last checks are too old";

    private static string Trouble(List<ModelView> affected)
    {
        if (affected.Count == 1)
        {
            return $"{affected[0].Name} {Sentences.Predicate(affected[0].Verdict, plural: false)}";
        }

        var rest = affected[0].Verdict.Status switch
        {
            HealthState.MajorOutage => "failing most requests",
            HealthState.PartialOutage => "failing some requests",
            _ when affected.All(m => m.Verdict.Kind == TroubleKind.Latency) => "slow to answer",
            _ => "degraded",
        };
        return $"{Names(affected)} are {rest}";
    }

    private static string? Rest(HubView view, List<ModelView> affected)
    {
        var others = view.Models.Except(affected).ToList();
        var troubled = others.Where(m => m.Verdict.Status.IsTrouble()).ToList();
        var working = others.Count(m => m.Verdict.Status == HealthState.Operational);
        var also = troubled.Count switch
        {
            0 => "",
            1 => $"{Sentences.Of(troubled[0])} ",
            _ => $"{Names(troubled)} are in trouble too. ",
        };
        var fine = working switch
        {
            0 => "",
            1 when others.Count == 1 => "The other model is working.",
            1 => "One other model is working.",
            _ when working == others.Count => $"The other {working} models are working.",
            _ => $"{working} other models are working.",
        };
        return also + fine is { Length: > 0 } text ? text.TrimEnd() : null;
    }

    private static string Subject(List<ModelView> models) => $"{Names(models)} {(models.Count == 1 ? "is" : "are")}";

    private static string Names(List<ModelView> models) => Sentences.Names([.. models.Select(m => m.Name)]);
}
