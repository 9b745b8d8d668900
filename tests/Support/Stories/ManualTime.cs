namespace StatusHub.Support.Stories;

/// <summary>A hub clock that stands still until a story moves it on; timers set on it fire on the way, in the order they fall due.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<MovedTimer> _timers = [];
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new MovedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to an instant; one that has passed changes nothing.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        while (true)
        {
            MovedTimer? next;
            lock (_gate)
            {
                next = _timers.Where(t => t.DueAt <= instant).MinBy(t => t.DueAt);
                _now = next is null ? Later(instant) : Later(next.DueAt!.Value);
                next?.Fired();
            }

            if (next is null)
            {
                return;
            }

            next.Run();
        }
    }

    private DateTimeOffset Later(DateTimeOffset instant) => instant > _now ? instant : _now;

    private sealed class MovedTimer(ManualTime clock, Action run) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? DueAt { get; private set; }

        public void Run() => run();

        public void Fired() => DueAt = _period > TimeSpan.Zero ? DueAt + _period : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                DueAt = dueTime < TimeSpan.Zero ? null : clock._now + dueTime;
                clock._timers.Remove(this);
                if (DueAt is not null)
                {
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
