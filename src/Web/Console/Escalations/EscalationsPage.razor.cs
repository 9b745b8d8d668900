using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using StatusHub.Domain.Escalations;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Web.Console.Escalations;

/// <summary>What the organisation asks of providers and what it is asked. Responders acknowledge and ask again.</summary>
public sealed partial class EscalationsPage
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private IReadOnlyList<Escalation> _escalations = [];
    private Guid? _org;
    private bool _mayChange;
    private string? _said;
    private long _read = -1;

    [Inject]
    public required MemberWork Work { get; set; }

    [Inject]
    public required LogTail Tail { get; set; }

    [CascadingParameter]
    public required Task<AuthenticationState> Session { get; set; }

    protected override async Task ViewChangedAsync()
    {
        var who = (await Session).User;
        _mayChange = who.MayAs(Role.Responder);
        _org = who.OrgId();
        await ReadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = CountDownAsync();
        }
    }

    // The clock is redrawn each second; what the other side did stands in the log.
    private async Task CountDownAsync()
    {
        using var timer = new PeriodicTimer(Tick, Clocks.Real);
        try
        {
            while (await timer.WaitForNextTickAsync(Gone))
            {
                await InvokeAsync(RedrawAsync);
            }
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            return; // the page is gone
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await DispatchExceptionAsync(fault);
        }
    }

    private async Task RedrawAsync()
    {
        if (Tail.Position != _read)
        {
            await ReadAsync();
        }

        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _read = Tail.Position;
        _escalations = (await Work.AskAsync(Role.Viewer, services => Book(services).ListAsync(_org!.Value, Gone))).Value ?? [];
    }

    private bool MayAcknowledge(Escalation e) =>
        _mayChange && e.AnsweringOrg == _org && e.State is EscalationState.Requested or EscalationState.Expired;

    private bool MayAskAgain(Escalation e) => _mayChange && e.OrgId == _org && EscalationRules.Next(e, Clocks.Now) is not null;

    private string SidesOf(Escalation e) => e.OrgId == _org ? $"You ask {e.Answering}" : $"{e.Requester} asks you";

    private Task AcknowledgeAsync(Escalation e) => DoAsync(book => book.AcknowledgeAsync(_org!.Value, e.Id, Gone), $"{e.Model} is acknowledged.");

    private Task AskAgainAsync(Escalation e) => DoAsync(book => book.NextAsync(_org!.Value, e.Id, Gone), $"{e.Answering} is asked again.");

    private async Task DoAsync(Func<EscalationBook, Task<EscalationAnswer>> change, string done)
    {
        var answer = await Work.AskAsync(Role.Responder, services => change(Book(services)));
        _said = !answer.Allowed ? "Your role does not allow this." : answer.Value is EscalationAnswer.Done ? done : "It has changed meanwhile.";
        await ReadAsync();
    }

    private static EscalationBook Book(IServiceProvider services) => services.GetRequiredService<EscalationBook>();
}
