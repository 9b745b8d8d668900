using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Contracts;

namespace StatusHub.Web.Console.Objectives;

/// <summary>The organisation's objectives with budget and burn. Viewers read, admins change.</summary>
public sealed partial class ObjectivesPage
{
    /// <summary>Real time between two readings of budgets: they move slowly, views do not.</summary>
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(5);

    private IReadOnlyList<Standing> _standings = [];
    private OpenForm? _form;
    private string? _said;
    private Guid _org;
    private bool _mayChange;
    private DateTimeOffset _readAt;

    [Inject]
    public required MemberWork Work { get; set; }

    [CascadingParameter]
    public required Task<AuthenticationState> Session { get; set; }

    private IReadOnlyList<ModelId> Models => [.. View.Models.Select(m => m.Id)];

    private sealed record OpenForm(Guid? Id, ObjectiveDraft Draft);

    protected override async Task ViewChangedAsync()
    {
        var who = (await Session).User;
        (_mayChange, _org) = (who.MayAs(Role.Admin), who.OrgId() ?? Guid.Empty);
        if (Clocks.Real.GetUtcNow() - _readAt >= ReadEvery)
        {
            await ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        _standings = (await Work.AskAsync(Role.Viewer, services => services.GetRequiredService<Standings>().ListAsync(_org, Gone))).Value ?? [];
        _readAt = Clocks.Real.GetUtcNow();
    }

    private async Task CloseAsync(string? said)
    {
        (_form, _said) = (null, said);
        await ReadAsync();
    }

    private async Task DeleteAsync(Objective objective)
    {
        var answer = await Work.AskAsync(Role.Admin, (services, by) => services.GetRequiredService<BurnBook>().DeleteAsync(_org, objective.Id, by, Gone));
        _said = !answer.Allowed ? "Your role does not allow this." : answer.Value == Written.Done ? $"{objective.Name} is deleted." : "There is no such objective any more.";
        await ReadAsync();
    }
}
