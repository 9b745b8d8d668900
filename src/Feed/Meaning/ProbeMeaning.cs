using System.Buffers;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Feed.Meaning;

/// <summary>The results of a remote agent.</summary>
internal static class ProbeMeaning
{
    private const double LongestMs = 3_600_000;
    private const int MaxName = 200;

    private static readonly SearchValues<char> RegionName = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");
    /// <summary>A probe that claims to have begun earlier comes from a clock that was put right meanwhile: it would date a verdict back as far.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly string[] Rungs = ["connect", "models_list", "stream", "content_check"];

    public static IReadOnlyList<OutsideFact> Read(DataObject data)
    {
        var region = data.Matching("region", 64, RegionName, "Is named with a-z, 0-9, . and - alone, 64 at most.");
        var facts = new List<OutsideFact>();
        foreach (var (item, _) in data.Objects("results", 1, Meanings.MaxResults))
        {
            if (Outcome(item) is { } outcome)
            {
                facts.Add(new OutsideFact.Probed(outcome, region));
            }
        }

        return facts;
    }

    private static ProbeOutcome? Outcome(DataObject item)
    {
        var endpoint = item.Id("endpointId");
        var model = item.Model("model");
        var (started, at) = (item.Moment("startedAt", required: true), item.Moment("at", required: true));
        if (at < started)
        {
            item.Wrong<string>("at", "range", "Must not be before startedAt.");
        }

        if (at - started > Longest)
        {
            item.Wrong<string>("startedAt", "range", $"No probe takes longer than {Longest.TotalMinutes} minutes.");
        }

        var name = item.Text("outcome", 64, required: true);
        if (name is not null && !FailureClasses.TryParse(name, out _))
        {
            item.Wrong<string>("outcome", "choice", "Must be none or a class of failure the hub knows.");
        }

        var partial = Details(item);
        return endpoint is { } id && model is { } probed && started is { } from && at is { } until && name is not null && FailureClasses.TryParse(name, out var failure)
            ? partial with { EndpointId = id, Model = probed, StartedAt = from, At = until, Failure = failure }
            : null;
    }

    private static ProbeOutcome Details(DataObject item) => new()
    {
        Id = Guid.Empty, // whoever records it gives it an id and its organisation
        OrgId = Guid.Empty,
        EndpointId = Guid.Empty,
        Model = default,
        Region = "",
        StartedAt = default,
        At = default,
        Failure = FailureClass.None,
        Rung = (ProbeRung)(item.OneOf("probe", Rungs) ?? (int)ProbeRung.ContentCheck),
        BaseGrid = item.Flag("baseGrid") ?? true,
        HttpStatus = (int?)item.Whole("httpStatus", 100, 599),
        RequestId = item.Text("requestId", MaxName),
        Detail = item.Text("detail", ProbeOutcome.MaxDetailLength),
        AnsweredModel = item.Text("answeredModel", MaxName),
        InputTokens = (int?)item.Whole("inputTokens", 0, 1_000_000),
        OutputTokens = (int?)item.Whole("outputTokens", 0, 1_000_000),
        RetryAfter = item.Whole("retryAfterSeconds", 0, 604_800) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Timings = item.Child("timingsMs") is { } timings ? Timings(timings) : new ProbeTimings(),
    };

    private static ProbeTimings Timings(DataObject t) => new()
    {
        DnsMs = t.Number("dns", 0, LongestMs),
        ConnectMs = t.Number("connect", 0, LongestMs),
        TlsMs = t.Number("tls", 0, LongestMs),
        HeadersMs = t.Number("headers", 0, LongestMs),
        FirstEventMs = t.Number("firstEvent", 0, LongestMs),
        FirstTokenMs = t.Number("firstToken", 0, LongestMs),
        FirstReasoningMs = t.Number("firstReasoning", 0, LongestMs),
        LastTokenMs = t.Number("lastToken", 0, LongestMs),
        MaxGapMs = t.Number("maxGap", 0, LongestMs),
        TotalMs = t.Number("total", 0, LongestMs) ?? 0,
        Chunks = (int)(t.Whole("chunks", 0, 10_000_000) ?? 0),
        Bytes = t.Whole("bytes", 0, 10_000_000_000) ?? 0,
        EndMarkerSeen = t.Flag("endMarkerSeen") ?? false,
        ConnectionReused = t.Flag("connectionReused") ?? false,
    };
}
