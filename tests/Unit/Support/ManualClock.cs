namespace StatusHub.Unit.Support;

/// <summary>A clock that stands still until a test moves it, and says when code has set a timer.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, int Times, TaskCompletionSource Seen)> _waiting = [];
    private readonly Dictionary<TimeSpan, int> _armed = [];
    private TimeSpan _passed = TimeSpan.FromDays(1);

    public ManualClock()
        : this(new DateTimeOffset(2026, 6, 7, 10, 30, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return start + _passed - TimeSpan.FromDays(1);
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _passed.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes once timers have been set to exactly this time so often, counted from the clock's beginning.</summary>
    public Task Armed(TimeSpan due, int times = 1)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_armed.GetValueOrDefault(due) >= times)
            {
                seen.SetResult();
            }

            _waiting.Add((due, times, seen));
            return seen.Task;
        }
    }

    /// <summary>Moves on, firing timers in the order they fall due.</summary>
    public void Advance(TimeSpan by)
    {
        var end = TimeSpan.Zero;
        lock (_gate)
        {
            end = _passed + by;
        }

        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(t => t.DueAt <= end).MinBy(t => t.DueAt);
                _passed = next is null ? end : TimeSpan.FromTicks(Math.Max(_passed.Ticks, next.DueAt!.Value.Ticks));
                next?.Fired();
            }

            if (next is null)
            {
                return;
            }

            next.Run();
        }
    }

    private void Set(ManualTimer timer, TimeSpan due, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            timer.DueAt = due == Timeout.InfiniteTimeSpan ? null : _passed + due;
            timer.Period = period;
            if (timer.DueAt is null)
            {
                return;
            }

            _timers.Add(timer);
            _armed[due] = _armed.GetValueOrDefault(due) + 1;
            foreach (var waiting in _waiting.Where(w => w.Due == due && w.Times <= _armed[due]))
            {
                waiting.Seen.TrySetResult();
            }
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? DueAt { get; set; }

        public TimeSpan Period { get; set; } = Timeout.InfiniteTimeSpan;

        public void Run() => callback(state);

        public void Fired() => DueAt = Period > TimeSpan.Zero ? DueAt + Period : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime, period);
            return true;
        }

        public void Dispose() => clock.Set(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
