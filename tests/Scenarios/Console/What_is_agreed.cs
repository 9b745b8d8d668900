using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Support;

namespace StatusHub.Tests.Scenarios.Console;

/// <summary>Objectives, contracts and statements as a member sees them.</summary>
public sealed class What_is_agreed
{
    private const string Good = "violet otter crosses rivers";
    private const string Model = "agreed/model";

    [Fact]
    public async Task A_viewer_reads_budgets_and_the_statement_and_nobody_of_another_organisation_does()
    {
        await using var app = await ConsoleApp.StartAsync();
        var (org, other) = (await app.OperatorAsync(), await app.AddOrganisationAsync("other"));
        await app.AddMemberAsync("ada@example.org", Good, Role.Viewer, org);
        await app.AddMemberAsync("eve@example.org", Good, Role.Owner, other);
        var contract = await AgreeAsync(app, org);
        await OutageAsync(app);

        using var ada = new Browserless(app.Address);
        await ada.SignInAsync("ada@example.org", Good);
        Assert.Contains("bad time left", await ReadAsync(ada, "/console/objectives"), StringComparison.Ordinal);
        Assert.Contains("Our contract", await ReadAsync(ada, "/console/contracts"), StringComparison.Ordinal);
        var page = await ReadAsync(ada, $"/console/contracts/{contract}/2026-06");
        Assert.Contains("To claim: 25.00 USD", page, StringComparison.Ordinal);
        Assert.Contains("06-10 10:00:00", page, StringComparison.Ordinal);
        Assert.Contains("down,Our contract,2026-06,agreed/model,2026-06-10T10:00:00Z", await ReadAsync(ada, $"/console/contracts/{contract}/2026-06/statement.csv"), StringComparison.Ordinal);
        Assert.Contains("There is no such statement", await ReadAsync(ada, $"/console/contracts/{contract}/2199-01"), StringComparison.Ordinal);

        using var eve = new Browserless(app.Address);
        await eve.SignInAsync("eve@example.org", Good);
        Assert.DoesNotContain("Our contract", await ReadAsync(eve, "/console/contracts"), StringComparison.Ordinal);
        Assert.Contains("There is no such statement", await ReadAsync(eve, $"/console/contracts/{contract}/2026-06"), StringComparison.Ordinal);
        using var csv = await eve.OpenAsync($"/console/contracts/{contract}/2026-06/statement.csv");
        Assert.Equal(HttpStatusCode.NotFound, csv.StatusCode);
    }

    private static async Task<Guid> AgreeAsync(ConsoleApp app, Guid org)
    {
        var now = app.Services.GetRequiredService<Clocks>().Now;
        var model = ModelId.Parse(Model);
        var objective = new Objective(org, Guid.CreateVersion7(now), "Answers", model, 0.999, ObjectiveWindow.Month, StateWeights.Statuspage, null, now, now);
        var published = PublishedClauses.Find("azure-openai")!;
        var contract = new ServiceContract(org, Guid.CreateVersion7(now), "Our contract", published.Id, "USD", published.Clause, [new(model, 100)], now, now);
        Assert.Equal(Written.Done, await app.Services.GetRequiredService<ObjectiveStore>().AddAsync(objective, Actor.Hub, CancellationToken.None));
        Assert.Equal(Written.Done, await app.Services.GetRequiredService<ContractStore>().AddAsync(contract, Actor.Hub, CancellationToken.None));
        return contract.Id;
    }

    /// <summary>Sixteen hours of major outage in June: over one per cent of the month even at half weight.</summary>
    private static async Task OutageAsync(ConsoleApp app)
    {
        await using var command = app.Services.GetRequiredService<Database>().System.CreateCommand(
            $"""
            INSERT INTO verdict_spans (model_id, from_at, to_at, status) VALUES
              ('{Model}', '2026-05-01Z', '2026-06-10T10:00:00Z', 1), ('{Model}', '2026-06-10T10:00:00Z', '2026-06-11T02:00:00Z', 5),
              ('{Model}', '2026-06-11T02:00:00Z', NULL, 1)
            """);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ReadAsync(Browserless visitor, string path)
    {
        using var answer = await visitor.OpenAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
