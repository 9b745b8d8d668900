namespace StatusHub.Web.Public;

/// <summary>The view everything public is read from, replaced whole whenever the log (by what the hub knows) or the evidence has moved.</summary>
public sealed class CurrentView(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private HubView _value = HubView.Empty(clock.GetUtcNow());
    private TaskCompletionSource _replaced = NewSignal();

    public HubView Value => Volatile.Read(ref _value);

    /// <summary>Completes when the view is another than the one given; at once when it already is.</summary>
    public Task WhenOtherThanAsync(HubView seen)
    {
        lock (_gate)
        {
            return ReferenceEquals(_value, seen) ? _replaced.Task : Task.CompletedTask;
        }
    }

    public void Replace(HubView view)
    {
        TaskCompletionSource replaced;
        lock (_gate)
        {
            _value = view;
            replaced = _replaced;
            _replaced = NewSignal();
        }

        replaced.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
