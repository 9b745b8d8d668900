using System.Globalization;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Stories;

/// <summary>Stories use much of the machine: they run one after another. Their clocks stand still meanwhile, so others may run beside them.</summary>
[CollectionDefinition(nameof(OneAtATime))]
public sealed class OneAtATime;

/// <summary>The stories that play for hours, one after another as well, beside the shorter ones: together they take the time of one row.</summary>
[CollectionDefinition(nameof(LongOnesInTurn))]
public sealed class LongOnesInTurn;

/// <summary>A scenario played once through the whole application, for the tests of one class to read.</summary>
/// <param name="from">First probe, as an RFC 3339 time; before it the simulator's world runs unwatched.</param>
/// <param name="to">End of the play.</param>
public abstract class PlayedStory(string scenario, string from, string to) : IAsyncLifetime
{
    public const string Opus = "anthropic/claude-opus-4-8", Sonnet = "anthropic/claude-sonnet-4-6", Haiku = "anthropic/claude-haiku-4-5";
    public const string Gpt = "openai/gpt-5-2", Mini = "openai/gpt-5-2-mini", Mistral = "mistral/mistral-large-3", Local = "local/qwen3-8b";

    private readonly Dictionary<(string Model, string Clock), Glance> _glances = [];
    private StatusHubApp? _app;
    private StoryDriver? _story;
    private Onlooker? _onlooker;

    public static IReadOnlyList<string> All { get; } = [Opus, Sonnet, Haiku, Gpt, Mini, Mistral, Local];

    public StatusHubApp App => _app!;

    public StoryDriver Story => _story!;

    public Archive Archive => new(App);

    public IReadOnlyList<Incident> Incidents { get; private set; } = [];

    public IReadOnlyList<Notice> Notices { get; private set; } = [];

    public IReadOnlyList<StateNews> States { get; private set; } = [];

    protected DateTimeOffset Start { get; } = Time(from);

    /// <summary>An instant of the story's first day, as <c>12:15</c> or <c>12:15:30</c>.</summary>
    public DateTimeOffset At(string clock) => new(Start.UtcDateTime.Date + TimeSpan.Parse(clock, CultureInfo.InvariantCulture), TimeSpan.Zero);

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        _app = await StatusHubApp.StartAsync(new StoryStart(Start, scenario), cancel);
        _story = new StoryDriver(_app);
        _onlooker = new Onlooker(_app);
        await PlayAsync(cancel);
        await _story.PlayAsync(Time(to), cancel);
        Incidents = await Archive.IncidentsAsync(cancel);
        Notices = await Archive.NoticesAsync(cancel);
        States = await Archive.StatesAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What was shown of a model at an instant the play stopped at.</summary>
    public Glance Glance(string model, string clock) => _glances[(model, clock)];

    /// <summary>The first time from then on that a verdict was as wished.</summary>
    public Seen First(string model, string clock, Func<Verdict, bool> wished) =>
        Story.Of(model).FirstOrDefault(s => s.At >= At(clock) && wished(s.Verdict))
        ?? throw new Xunit.Sdk.XunitException($"{model} was never so after {clock}: {string.Join("; ", Story.Of(model).Where(s => s.At >= At(clock)).Take(9))}");

    /// <summary>The verdict that stood at an instant.</summary>
    public Verdict Verdict(string model, string clock) => Story.Of(model).Last(s => s.At <= At(clock)).Verdict;

    /// <summary>From its first verdict on, nothing but green.</summary>
    public void WasAlwaysWell(string model) => Assert.All(
        Story.Of(model).SkipWhile(s => s.Verdict.Status == HealthState.Unknown && s.At < Start.AddMinutes(2)),
        s => Assert.True(s.Verdict.Status == HealthState.Operational, $"{model} at {s.At:HH:mm:ss}: {s.Verdict}"));

    /// <summary>The story as people read it, for the test's output.</summary>
    public string Told()
    {
        var lines = new List<string>();
        foreach (var incident in Incidents)
        {
            lines.Add($"# {incident.Title} | {incident.StartedAt:HH:mm:ss} seen {incident.DetectedAt:HH:mm:ss} monitoring {incident.MonitoringAt:HH:mm:ss} resolved {incident.ResolvedAt:HH:mm:ss} | {incident.Impact} {incident.Kind}");
            lines.AddRange(incident.Models.Select(m => $"  - {m.Model} worst {m.Worst} from {m.StartedAt:HH:mm:ss} to {m.EndedAt:HH:mm:ss}"));
            lines.AddRange(incident.Updates.Select(u => $"  {u.At:HH:mm:ss} [{u.Phase}] {u.Body} ({string.Join(", ", u.Changes)})"));
        }

        lines.AddRange(Notices.Select(n => $"  {n.At:HH:mm:ss} {(n.Notify ? "TOLD" : "shown")} {n.Phase}: {n.Title}"));
        return string.Join('\n', lines);
    }

    /// <summary>Plays on to each instant in turn and looks at a model there, as somebody whose plan for it would take any other.</summary>
    protected async Task LookAsync(string model, CancellationToken cancel, params string[] clocks)
    {
        foreach (var clock in clocks)
        {
            await Story.PlayAsync(At(clock), cancel);
            if (_glances.Keys.All(g => g.Model != model))
            {
                await _onlooker!.PlanAsync(model, All.Where(m => m != model), cancel);
            }

            _glances[(model, clock)] = await _onlooker!.LookAsync(model, cancel);
        }
    }

    protected virtual Task PlayAsync(CancellationToken cancel) => Task.CompletedTask;

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
