using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Official;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Support;
using StatusHub.Web.Start;

namespace StatusHub.Scenarios.Contracts;

/// <summary>Plans and objectives in a file under version control.</summary>
public sealed class The_file_says_what_is_agreed : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private ConsoleApp? _app;
    private Guid _org;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ObjectiveStore Objectives => _app!.Services.GetRequiredService<ObjectiveStore>();

    private PlanStore Plans => _app!.Services.GetRequiredService<PlanStore>();

    public async ValueTask InitializeAsync()
    {
        _app = await ConsoleApp.StartAsync();
        _org = await _app.OperatorAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task What_the_file_declares_is_there_once_however_often_it_is_read_and_gone_when_it_is_not_declared()
    {
        const string both = """
            plans:
              - name: Writing
                primary: anthropic/claude-opus-4-8
                alternatives: [{ model: openai/gpt-5-2, prompt: Be brief. }]
            objectives:
              - { name: Answers, model: anthropic/claude-opus-4-8, target: 0.999, window: month }
              - { name: Begins, model: anthropic/claude-opus-4-8, target: 0.95, ttftLimitMs: 2000 }
            """;
        var byHand = new Objective(
            _org, Guid.CreateVersion7(DateTimeOffset.UnixEpoch), "By hand", ModelId.Parse("a/b"), 0.9, ObjectiveWindow.Month, StateWeights.Statuspage, null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        await Objectives.AddAsync(byHand, Actor.Hub, Cancel);
        await Plans.AddAsync(new FallbackPlan(
            _org, Guid.CreateVersion7(DateTimeOffset.UnixEpoch), "Of old", ModelId.Parse("anthropic/claude-opus-4-8"), Requirements.None, [new(ModelId.Parse("a/b"), null, Requirements.None)],
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), Actor.Hub, Cancel);

        await ApplyAsync(both);
        var (plans, objectives) = (await Plans.ListAsync(_org, Cancel), await Objectives.ListAsync(_org, Cancel));
        Assert.Equal(("Writing", "Be brief."), (Assert.Single(plans).Name, plans[0].Alternatives[0].Prompt));
        Assert.Equal(["Answers", "Begins", "By hand"], objectives.Select(o => o.Objective.Name));

        await ApplyAsync(both);
        Assert.Equal(objectives, await Objectives.ListAsync(_org, Cancel));
        Assert.Equal(plans[0].ChangedAt, Assert.Single(await Plans.ListAsync(_org, Cancel)).ChangedAt);

        await ApplyAsync(both.Replace("target: 0.999", "target: 0.99", StringComparison.Ordinal));
        var changed = (await Objectives.ListAsync(_org, Cancel))[0].Objective;
        Assert.Equal((objectives[0].Objective.Id, 0.99, objectives[0].Objective.CreatedAt), (changed.Id, changed.Target, changed.CreatedAt));

        await ApplyAsync("endpoints: []");
        Assert.Empty(await Plans.ListAsync(_org, Cancel));
        Assert.Equal("By hand", Assert.Single(await Objectives.ListAsync(_org, Cancel)).Objective.Name);
    }

    [Theory]
    [InlineData("objectives:\n  - name: A\n    model: none\n    target: 0.9", "line 3, objectives/0/model: A model is named provider/model")]
    [InlineData("objectives:\n  - name: A\n    model: a/b", "line 2, objectives/0/target: Is required.")]
    [InlineData("objectives:\n  - { name: A, model: a/b, target: 0.9, aim: 1 }", "line 2, objectives/0/aim: There is no such member.")]
    [InlineData("objectives:\n  - { name: A, model: a/b, target: 0.9 }\n  - { name: A, model: a/c, target: 0.9 }", "line 3, objectives/1/name: Another is called the same")]
    [InlineData("objectives: yes please", "line 1, objectives: Must be a list.")]
    [InlineData("plans:\n  - name: P\n    primary: a/b\n    alternatives:\n      - { model: a/b }", "line 5, plans/0/alternatives: Each model once")]
    [InlineData("plans:\n  - { name: P, primary: a/b, alternatives: [{ model: a/c }] }\n  - { name: Q, primary: a/b, alternatives: [{ model: a/c }] }", "plans: There are two plans for a/b")]
    [InlineData("officialPages:\n  - { provider: acme, url: ftp://x }", "line 2, officialPages/0/url: An absolute http or https address")]
    [InlineData("officialPages:\n  - { provider: acme, url: https://x.example, components: { c: [other/model] } }", "officialPages/0/components: ")]
    public async Task What_is_wrong_is_said_with_its_line_and_nothing_is_changed(string text, string said)
    {
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(text));
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
        Assert.StartsWith(_file, wrong.Message, StringComparison.Ordinal);
        Assert.Empty(await Objectives.ListAsync(_org, Cancel));
    }

    [Fact]
    public async Task A_providers_page_is_read_while_the_file_names_it()
    {
        const string watched = """
            endpoints:
              - { model: acme/one, dialect: openai-chat, url: "http://127.0.0.1:9", credential: $PATH }
            """;
        await ApplyAsync(watched + "\nofficialPages:\n  - { provider: acme, url: https://status.acme.example, format: feed, components: { One: [acme/one] } }");
        var book = _app!.Services.GetRequiredService<OfficialBook>();
        var page = (await book.FindAsync("acme", Cancel))!.Page;
        Assert.Equal(("https://status.acme.example", PageFormat.Feed, "acme/one"), (page.Url, page.Format, page.Components["One"].Single().Value));
        await ApplyAsync(watched);
        Assert.Null(await book.FindAsync("acme", Cancel));
    }

    private async Task ApplyAsync(string text)
    {
        await File.WriteAllTextAsync(_file, text, Cancel);
        await _app!.Services.GetRequiredService<ConfigFile>().ApplyAsync(_org, _file, Cancel);
    }
}
