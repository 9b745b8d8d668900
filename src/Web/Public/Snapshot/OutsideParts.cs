using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Official;
using StatusHub.Domain.Storage;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>Puts what others say into a model's view, by kind and count: no organisation is named, and no private word is quoted.</summary>
internal static class OutsideParts
{
    /// <summary>The provider's own page: what it says of the model, or that it cannot be read and so says nothing.</summary>
    public static ModelView Add(ModelView view, OfficialStand? stand, TimeSpan staleAfter, DateTimeOffset now)
    {
        if (stand is null)
        {
            return view;
        }

        var status = stand.StatusOf(view.Id, now, staleAfter);
        return view with
        {
            Page = new PageView(stand.Page.Url, stand.StateAt(now, staleAfter), stand.ReadAt, stand.FailingSince),
            Official = status == HealthState.Unknown || stand.ReadAt is not { } readAt ? null : new OfficialView(status, readAt),
        };
    }

    public static ModelView Add(ModelView view, IEnumerable<OutsideSummary> said, ProviderWord? word)
    {
        var outside = said.ToList();
        var own = OwnNats(view.Verdict);
        var all = own + outside.Sum(o => o.Nats);
        var probes = view.Evidence.Sum(e => e.Attempts);
        var evidence = view.Evidence.Select(e => e with { Weight = Share(own * e.Attempts / Math.Max(1, probes), all) })
            .Concat(outside.Select(o => Row(o) with { Weight = Share(o.Nats, all) }));
        if (word is null)
        {
            return view with { Evidence = [.. evidence] };
        }

        var status = word.IsOver ? HealthState.Operational : word.Status;
        return view with
        {
            Evidence = [.. evidence, new EvidenceView(view.Provider.Name, "official", word.HeardAt, 0, new Dictionary<FailureClass, int>())],
            Official = word.IsOver && view.Official is not null ? view.Official : new OfficialView(status, Later(word.HeardAt, view.Official?.SeenAt)),
            Word = new WordView(word.Phase, status, word.Title, word.StartedAt, word.HeardAt, word.IsOver ? null : word.NextUpdateBy),
        };
    }

    /// <summary>What our own probes weigh: the log-odds of the state they show, within the bounds any other source has.</summary>
    private static double OwnNats(Verdict verdict)
    {
        var sure = Math.Clamp(verdict.Confidence, 0.5, 1 - 1e-6);
        return verdict.Status == HealthState.Unknown ? 0 : Math.Min(OutsidePolicy.Default.MostNats, Math.Log(sure / (1 - sure)));
    }

    private static DateTimeOffset Later(DateTimeOffset heard, DateTimeOffset? seen) => seen > heard ? seen.Value : heard;

    private static double Share(double nats, double all) => all <= 0 ? 0 : Math.Round(nats / all, 3);

    private static EvidenceView Row(OutsideSummary o)
    {
        var failures = new Dictionary<FailureClass, int>();
        if (o.Failures > 0)
        {
            failures[o.Commonest] = (int)Math.Min(int.MaxValue, o.Failures);
        }

        return new EvidenceView(SourceOf(o), o.Kind, o.Last, (int)Math.Min(int.MaxValue, o.Attempts), failures);
    }

    private static string SourceOf(OutsideSummary o)
    {
        var who = o.Kind == "peer" ? Counted(o.Organisations, "other hub") : Counted(o.Organisations, "organisation");
        return o.Kind switch
        {
            "report" => o.Organisations == 1 ? $"{who} suspects trouble" : $"{who} suspect trouble",
            _ when o.Seeing == 0 => o.Organisations == 1 ? $"{who} reports its requests" : $"{who} report their requests",
            _ when o.Seeing == o.Organisations => o.Organisations == 1 ? $"{who} reports errors" : $"{who} report errors",
            _ => $"{o.Seeing} of {who} {(o.Seeing == 1 ? "reports" : "report")} errors",
        };
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
