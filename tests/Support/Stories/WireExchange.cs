namespace StatusHub.Support.Stories;

/// <summary>The time of one exchange: how much of it has passed, what the simulator waits for, and what the hub limits.</summary>
internal sealed class WireExchange
{
    /// <summary>Real time a hub is given to read what was sent to it; only then is it taken to have no more to look at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Real time before a limit of the hub runs out: what it has just read may move that limit on.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly List<WireTimer> _limits = [];
    private TimeSpan _passed;
    private WireTimer? _delay;
    private ITimer? _real;
    private int _looks;
    private int _looksDue;
    private bool _headSent;

    public long Timestamp
    {
        get
        {
            lock (_gate)
            {
                return Stamp();
            }
        }
    }

    /// <summary>A request has come in: nothing is sent yet that the hub could read.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            (_looks, _looksDue, _headSent) = (0, 0, false);
        }
    }

    /// <summary>The hub looks at its clock, as it does whenever headers or a piece of the body came.</summary>
    public long Look()
    {
        lock (_gate)
        {
            var stamp = Stamp();
            _looks++;
            Pass();
            return stamp;
        }
    }

    /// <summary>The simulator waits.</summary>
    public ITimer Delay(Action run, TimeSpan due)
    {
        var timer = new WireTimer(this, run);
        lock (_gate)
        {
            timer.DueAt = _passed + due;
            _delay = timer;
            Pass();
        }

        return timer;
    }

    /// <summary>The hub limits.</summary>
    public ITimer Limit(Action run, TimeSpan due)
    {
        var timer = new WireTimer(this, run);
        lock (_gate)
        {
            _limits.Add(timer);
        }

        timer.Change(due, Timeout.InfiniteTimeSpan);
        return timer;
    }

    private long Stamp() => _began + (long)(_passed.TotalSeconds * TimeProvider.System.TimestampFrequency);

    private void Pass(bool isSettled = false)
    {
        if (_delay is not { } delay || (_looks < _looksDue && !isSettled))
        {
            Arm(_delay is null ? null : Patience);
            return;
        }

        if (_limits.Where(l => l.DueAt <= delay.DueAt).MinBy(l => l.DueAt) is not { } limit)
        {
            (_delay, _looks, _looksDue, _headSent) = (null, 0, _headSent ? 1 : 2, true); // headers and the first piece are looked at one by one
            Arm(null);
            Fire(delay);
            return;
        }

        if (isSettled)
        {
            _limits.Remove(limit);
            Fire(limit);
        }

        Arm(Settle);
    }

    private void Fire(WireTimer timer)
    {
        _passed = timer.DueAt!.Value > _passed ? timer.DueAt.Value : _passed;
        timer.DueAt = null;
        ThreadPool.UnsafeQueueUserWorkItem(static t => t.Run(), timer, preferLocal: false);
    }

    private void Arm(TimeSpan? real)
    {
        _real?.Dispose();
        _real = real is { } wait ? TimeProvider.System.CreateTimer(_ => Settled(), null, wait, Timeout.InfiniteTimeSpan) : null;
    }

    private void Settled()
    {
        lock (_gate)
        {
            Pass(isSettled: true);
        }
    }

    private sealed class WireTimer(WireExchange exchange, Action run) : ITimer
    {
        /// <summary>In the exchange's own time; null when it does not run.</summary>
        public TimeSpan? DueAt { get; set; }

        public void Run() => run();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (exchange._gate)
            {
                DueAt = dueTime < TimeSpan.Zero ? null : exchange._passed + dueTime;
                return true;
            }
        }

        public void Dispose()
        {
            lock (exchange._gate)
            {
                DueAt = null;
                exchange._limits.Remove(this);
                if (ReferenceEquals(exchange._delay, this))
                {
                    exchange._delay = null;
                    exchange.Arm(null);
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
