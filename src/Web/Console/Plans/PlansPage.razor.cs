using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Fallback;

namespace StatusHub.Web.Console.Plans;

/// <summary>The organisation's fallback plans with what is advised by each now. Viewers read, admins change.</summary>
public sealed partial class PlansPage
{
    /// <summary>Real time between two readings of plans: they seldom change, views do not.</summary>
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(5);

    private IReadOnlyList<FallbackPlan> _plans = [];
    private OpenForm? _form;
    private string? _said;
    private Guid _org;
    private bool _mayChange;
    private DateTimeOffset _readAt;

    [Inject]
    public required MemberWork Work { get; set; }

    [Inject]
    public required FallbackBoard Board { get; set; }

    [CascadingParameter]
    public required Task<AuthenticationState> Session { get; set; }

    private IReadOnlyList<ModelId> Models => [.. View.Models.Select(m => m.Id)];

    private sealed record OpenForm(FallbackPlan? Before, PlanDraft Draft);

    protected override async Task ViewChangedAsync()
    {
        var who = (await Session).User;
        (_mayChange, _org) = (who.MayAs(Role.Admin), who.OrgId() ?? Guid.Empty);
        if (Clocks.Real.GetUtcNow() - _readAt >= ReadEvery)
        {
            await ReadAsync();
        }
    }

    // What everybody is advised is not what this plan says.
    private Advised? AdvisedBy(FallbackPlan plan) => Board.Advise(plan.Primary, Requirements.None, _org) is { } advised && advised.Plan?.Id == plan.Id ? advised : null;

    private async Task ReadAsync()
    {
        _plans = (await Work.AskAsync(Role.Viewer, services => services.GetRequiredService<PlanStore>().ListAsync(_org, Gone))).Value ?? [];
        _readAt = Clocks.Real.GetUtcNow();
    }

    private async Task CloseAsync(string? said)
    {
        (_form, _said) = (null, said);
        await ReadAsync();
    }

    private async Task DeleteAsync(FallbackPlan plan)
    {
        var answer = await Work.AskAsync(Role.Admin, (services, by) => services.GetRequiredService<PlanStore>().DeleteAsync(_org, plan.Id, by, Gone));
        await Board.ReadAsync(Gone);
        _said = !answer.Allowed ? "Your role does not allow this." : answer.Value ? $"{plan.Name} is deleted." : "There is no such plan any more.";
        await ReadAsync();
    }
}
