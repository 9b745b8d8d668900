using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Probes.Scheduling;

namespace StatusHub.Support.Stories;

/// <summary>What a reader of the page would have seen of one model from that instant on.</summary>
public sealed record Seen(DateTimeOffset At, Verdict Verdict);

/// <summary>
/// Tells a story by discrete events: the clock jumps to the next due probe, all probes due then go over the wire at once, and what
/// the judge asks for sets when each is due again. Nothing sleeps, and every step goes through the hub's own probing and storage.
/// </summary>
public sealed class StoryDriver(StatusHubApp app)
{
    /// <summary>The story's step: due times are rounded to it, so that probes fall together and cost few transactions.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AgeEvery = TimeSpan.FromSeconds(30), ReviseEvery = TimeSpan.FromMinutes(5);

    private readonly EndpointProbing _probing = app.Services.GetRequiredService<EndpointProbing>();
    private readonly VerdictStore _verdicts = app.Services.GetRequiredService<VerdictStore>();
    private readonly EvidenceWriter _writer = app.Services.GetRequiredService<EvidenceWriter>();
    private readonly RecoveryBook _recovery = app.Services.GetRequiredService<RecoveryBook>();
    private readonly JudgingPolicy _policy = app.Services.GetRequiredService<JudgingPolicy>();
    private readonly Dictionary<Guid, DateTimeOffset> _due = [];
    private readonly Dictionary<ModelId, List<Seen>> _seen = [];
    private DateTimeOffset _agedAt;
    private DateTimeOffset _revisedAt;

    /// <summary>Probes sent so far.</summary>
    public int Probes { get; private set; }

    /// <summary>Every change of a model's verdict, oldest first.</summary>
    public IReadOnlyList<Seen> Of(string model) => _seen.GetValueOrDefault(ModelId.Parse(model)) ?? [];

    /// <summary>What was last seen of a model.</summary>
    public Verdict Now(string model) => Of(model)[^1].Verdict;

    /// <summary>Plays on until an instant; endpoints added, changed or paused meanwhile are followed from here.</summary>
    public async Task PlayAsync(DateTimeOffset until, CancellationToken cancel)
    {
        await FollowAsync(cancel);
        while (true)
        {
            var next = _due.Values.Append(until).Min();
            var age = _agedAt + AgeEvery;
            app.Clock.MoveTo(next < age || next >= until ? next : age);
            if (app.Clock.GetUtcNow() >= until)
            {
                return;
            }

            await StepAsync(cancel);
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        var now = app.Clock.GetUtcNow();
        _agedAt = _agedAt == default ? now : _agedAt;
        var watched = (await app.EndpointsAsync(cancel)).Where(e => e.PausedAt is null).ToDictionary(e => e.Id);
        foreach (var gone in _due.Keys.Except(watched.Keys).ToList())
        {
            _probing.Drop(gone);
            _due.Remove(gone);
        }

        foreach (var endpoint in watched.Values)
        {
            _probing.Adopt(endpoint);
            _due.TryAdd(endpoint.Id, now);
        }
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        var now = app.Clock.GetUtcNow();
        var due = _due.Where(d => d.Value <= now).Select(d => d.Key).ToList();
        var gaps = await Task.WhenAll(due.Select(id => app.Wire.During(id, () => _probing.ProbeAsync(id, cancel))));
        foreach (var (id, gap) in due.Zip(gaps))
        {
            _due[id] = now + Rounded(gap);
        }

        Probes += due.Count;
        if (now - _agedAt >= AgeEvery)
        {
            _agedAt = now;
            await AgeAsync(now, cancel);
        }

        if (now - _revisedAt >= ReviseEvery)
        {
            _revisedAt = now;
            await _recovery.ReviseAsync(now, cancel);
        }

        await LookAsync(now, cancel);
    }

    private async Task AgeAsync(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var model in await _verdicts.StaleAsync(now.AddSeconds(-_policy.StaleAfterSeconds), cancel))
        {
            await _writer.AgeAsync(model, cancel);
        }
    }

    private async Task LookAsync(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var (model, verdict) in await _verdicts.AllAsync(cancel))
        {
            if (!_seen.TryGetValue(model, out var story))
            {
                _seen[model] = story = [];
            }

            if (story.Count == 0 || story[^1].Verdict != verdict)
            {
                story.Add(new(now, verdict));
            }
        }
    }

    private static TimeSpan Rounded(TimeSpan gap) => Beat * Math.Max(1, Math.Round(gap / Beat));
}
