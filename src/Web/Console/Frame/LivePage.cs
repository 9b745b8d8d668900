using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Web.Public;

namespace StatusHub.Web.Console.Frame;

/// <summary>A page that follows the hub's view while its window is open, redrawing at most every few hundred milliseconds.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Task _following = Task.CompletedTask;

    [Inject]
    public required CurrentView Current { get; set; }

    [Inject]
    public required Clocks Clocks { get; set; }

    [Inject]
    public required IOptions<ConsoleOptions> Options { get; set; }

    protected HubView View { get; private set; } = null!;

    /// <summary>Ends with the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    protected override async Task OnInitializedAsync()
    {
        View = Current.Value;
        await ViewChangedAsync();
        if (RendererInfo.IsInteractive)
        {
            _following = FollowAsync();
        }
    }

    /// <summary>Takes what the page shows out of <see cref="View"/>; runs before each drawing of a new view.</summary>
    protected abstract Task ViewChangedAsync();

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync()
    {
        while (!Gone.IsCancellationRequested)
        {
            await Current.WhenOtherThanAsync(View).WaitAsync(Gone);
            await Task.Delay(TimeSpan.FromMilliseconds(Options.Value.RedrawMilliseconds), Clocks.Real, Gone);
            View = Current.Value;
            try
            {
                await ViewChangedAsync();
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                await DispatchExceptionAsync(fault);
                return;
            }

            StateHasChanged();
        }
    }
}
