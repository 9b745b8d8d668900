using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Public;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Console.Endpoints;

/// <summary>The organisation's endpoints. Roles as in the permission matrix: responders probe, admins change.</summary>
public sealed partial class EndpointsPage
{
    private const string NotAllowed = "Your role does not allow this.";
    private const string NotThere = "There is no such endpoint any more.";

    private readonly Dictionary<Guid, ProbeOutcome> _probes = [];
    private IReadOnlyList<Endpoint> _endpoints = [];
    private OpenForm? _form;
    private string? _said;
    private Guid? _busy;
    private bool _mayProbe;
    private bool _mayChange;
    private bool _read;

    [Inject]
    public required MemberWork Work { get; set; }

    [CascadingParameter]
    public required Task<AuthenticationState> Session { get; set; }

    private sealed record OpenForm(Guid? Id, EndpointDraft Draft);

    protected override async Task ViewChangedAsync()
    {
        var who = (await Session).User;
        _mayProbe = who.MayAs(Role.Responder);
        _mayChange = who.MayAs(Role.Admin);
        if (!_read)
        {
            _read = true;
            await ReadAsync();
        }
    }

    private async Task ReadAsync() =>
        _endpoints = (await Work.AskAsync(Role.Viewer, services => Registry(services).ListAsync(Gone))).Value ?? [];

    private ModelView? ModelOf(Endpoint endpoint) => View.Models.FirstOrDefault(m => m.Id == endpoint.Model);

    private void Add() => _form = new(null, new());

    private void Change(Endpoint endpoint) => _form = new(endpoint.Id, EndpointDraft.Of(endpoint));

    private async Task CloseAsync(string? said)
    {
        _form = null;
        _said = said;
        await ReadAsync();
    }

    private async Task ProbeAsync(Endpoint endpoint)
    {
        _busy = endpoint.Id;
        _said = null;
        var answer = await Work.AskAsync(Role.Responder, services => Registry(services).ProbeNowAsync(endpoint.Id, Gone));
        _busy = null;
        if (answer.Value is { } outcome)
        {
            _probes[endpoint.Id] = outcome;
        }
        else
        {
            _said = answer.Allowed ? NotThere : NotAllowed;
        }
    }

    private Task PauseAsync(Endpoint endpoint) => endpoint.PausedAt is null
        ? DoAsync(registry => registry.PauseAsync(endpoint.Id, "paused by hand", Gone), $"{endpoint.Model} is no longer probed here.")
        : DoAsync(registry => registry.ResumeAsync(endpoint.Id, Gone), $"{endpoint.Model} is probed again.");

    private Task DeleteAsync(Endpoint endpoint) => DoAsync(registry => registry.DeleteAsync(endpoint.Id, Gone), $"The endpoint of {endpoint.Model} is deleted.");

    private async Task DoAsync(Func<EndpointRegistry, Task<bool>> change, string done)
    {
        var answer = await Work.AskAsync(Role.Admin, services => change(Registry(services)));
        _said = !answer.Allowed ? NotAllowed : answer.Value ? done : NotThere;
        await ReadAsync();
    }

    private static EndpointRegistry Registry(IServiceProvider services) => services.GetRequiredService<EndpointRegistry>();
}
