using StatusHub.Domain.Events;
using StatusHub.Domain.Time;

namespace StatusHub.Feed.Delivery;

/// <summary>Which lane does what: a node's subscriptions between idling, waiting, standing in line and running. Belongs to the engine's loop alone.</summary>
/// <param name="start">Begins a lane's turn.</param>
internal sealed class Traffic(Places places, DecodedEvents decoded, Clocks clocks, DeliveryOptions options, Action<Lane> start)
{
    // About ten milliseconds of filters: events times lanes that one spreading may look at.
    private const int SpreadWork = 50_000;
    private const int MaxSpread = 1_000;

    private readonly Dictionary<Guid, Lane> _lanes = [];
    private readonly HashSet<Lane> _running = [];
    private readonly PriorityQueue<Lane, DateTimeOffset> _retries = new(); // by hub time: what is promised
    private readonly PriorityQueue<Lane, TimeSpan> _paced = new(); // by real time: what a receiver allows a minute

    /// <summary>How far the log was given to those who were idle.</summary>
    public long Head { get; private set; }

    /// <summary>Events one spreading may hold, so that many filters delay nobody whose turn it is.</summary>
    public int SpreadAtOnce => Math.Clamp(SpreadWork / Math.Max(1, _lanes.Count), 1, MaxSpread);

    public IReadOnlyCollection<Lane> Running => _running;

    public IReadOnlyCollection<Lane> Lanes => _lanes.Values;

    private TimeSpan RealNow => clocks.Real.GetElapsedTime(0);

    /// <summary>Takes a lane on. Nobody has the one it replaces: a retired lane is gone before its row is read again.</summary>
    public void Adopt(Lane lane)
    {
        _lanes[lane.Id] = lane;
        Place(lane);
    }

    /// <returns>Whether it is gone already; one that runs is gone when its turn is over.</returns>
    public bool Drop(Lane lane)
    {
        lane.Retire();
        lane.IsDropped = true;
        return lane.State != LaneState.Running && Remove(lane);
    }

    public void Start(long head) => Head = head;

    /// <summary>Shows new events to those who have seen all before them; the others come to them by themselves.</summary>
    public void Spread(IReadOnlyList<LoggedEvent> events)
    {
        var idle = _lanes.Values.Where(l => l.State == LaneState.Idle).ToList();
        foreach (var logged in events)
        {
            foreach (var lane in idle)
            {
                if (lane.Scanned == Head && lane.HasRoom)
                {
                    lane.Look(logged, decoded);
                }
            }

            Head = logged.Position;
        }

        idle.ForEach(Place);
    }

    /// <summary>A lane's turn is over.</summary>
    /// <returns>False when it is retired, and now gone.</returns>
    public bool Finished(Lane lane)
    {
        _running.Remove(lane);
        places.Leave(lane);
        if (lane.IsRetired)
        {
            Remove(lane);
            return false;
        }

        Place(lane);
        return true;
    }

    /// <summary>Puts those in line whose time has come, and begins as many turns as there are places.</summary>
    public void Go()
    {
        var (now, real) = (clocks.Now, RealNow);
        while (_retries.TryPeek(out var lane, out var at) && at <= now)
        {
            _retries.Dequeue();
            Queue(lane);
        }

        while (_paced.TryPeek(out var lane, out var at) && at <= real)
        {
            _paced.Dequeue();
            Queue(lane);
        }

        foreach (var lane in _running.Where(IsLong))
        {
            places.TurnSlow(lane);
        }

        while (places.Next() is { } lane)
        {
            if (lane.IsRetired)
            {
                places.Leave(lane); // another lane may have its row by now
                continue;
            }

            lane.State = LaneState.Running;
            _running.Add(lane);
            start(lane);
        }
    }

    /// <summary>How far behind the slowest is, by what stands in the log and by hub time.</summary>
    public DeliveryStatus Status()
    {
        var now = clocks.Now;
        var behind = _lanes.Values.Where(l => l.State is LaneState.Ready or LaneState.Waiting).ToList();
        return new DeliveryStatus(
            _lanes.Count,
            places.Taken,
            behind.Select(l => Head - l.Stand.Position).DefaultIfEmpty(0).Max(),
            behind.Where(l => l.Pending.Count > 0).Select(l => (now - l.Pending[0].RecordedAt).TotalSeconds).DefaultIfEmpty(0).Max());
    }

    private void Place(Lane lane)
    {
        lane.State = LaneState.Idle;
        if (lane.Stand.NextAt is { } at && at > clocks.Now)
        {
            lane.State = LaneState.Waiting;
            _retries.Enqueue(lane, at);
        }
        else if (lane.HasWork && lane.Allowance?.UntilOne(RealNow) is { } wait && wait > TimeSpan.Zero)
        {
            lane.State = LaneState.Waiting;
            _paced.Enqueue(lane, RealNow + wait);
        }
        else if (lane.HasWork || lane.Scanned < Head)
        {
            Queue(lane);
        }
    }

    private void Queue(Lane lane)
    {
        if (lane.IsRetired)
        {
            return;
        }

        lane.State = LaneState.Ready;
        places.Queue(lane, DeliveryRules.IsSlow(lane.Stand, lane.LastTook, options.Slow));
    }

    private bool IsLong(Lane lane) =>
        Volatile.Read(ref lane.AttemptBegan) is > 0 and var began && clocks.Real.GetElapsedTime(began) >= options.Slow;

    private bool Remove(Lane lane) => _lanes.TryGetValue(lane.Id, out var known) && known == lane && _lanes.Remove(lane.Id);
}
