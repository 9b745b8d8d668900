using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Web.Console.Contracts;

/// <summary>What the organisation was promised. Viewers read, admins change.</summary>
public sealed partial class ContractsPage
{
    private IReadOnlyList<ServiceContract> _contracts = [];
    private OpenForm? _form;
    private string? _said;
    private Guid _org;
    private Guid? _asked;
    private bool _mayChange;
    private bool _read;

    [Inject]
    public required MemberWork Work { get; set; }

    [CascadingParameter]
    public required Task<AuthenticationState> Session { get; set; }

    private sealed record OpenForm(Guid? Id, ContractDraft Draft);

    protected override async Task ViewChangedAsync()
    {
        var who = (await Session).User;
        (_mayChange, _org) = (who.MayAs(Role.Admin), who.OrgId() ?? Guid.Empty);
        if (!_read)
        {
            _read = true;
            await ReadAsync();
        }
    }

    private async Task ReadAsync() =>
        _contracts = (await Work.AskAsync(Role.Viewer, services => services.GetRequiredService<ContractStore>().ListAsync(_org, Gone))).Value ?? [];

    private async Task CloseAsync(string? said)
    {
        (_form, _said) = (null, said);
        await ReadAsync();
    }

    private async Task DeleteAsync(ServiceContract contract)
    {
        var answer = await Work.AskAsync(Role.Admin, (services, by) => services.GetRequiredService<ContractStore>().DeleteAsync(_org, contract.Id, by, Gone));
        _said = !answer.Allowed ? "Your role does not allow this." : answer.Value == Written.Done ? $"{contract.Name} is deleted." : "There is no such contract any more.";
        await ReadAsync();
    }
}
