namespace StatusHub.Feed.Delivery;

/// <summary>
/// Who may send now. Quick and slow receivers have places of their own; an attempt that turns out slow moves over to the slow ones while it
/// runs, so that a thousand hanging receivers hold up nobody for longer than that takes. Organisations and hosts have limits of their own.
/// Belongs to the engine's loop alone.
/// </summary>
internal sealed class Places(DeliveryOptions options, int perHost)
{
    private readonly Line _quick = new();
    private readonly Line _slow = new();
    private readonly Dictionary<Guid, Gate> _organisations = [];
    private readonly Dictionary<string, Gate> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private int _quickTaken;
    private int _slowTaken;

    public int Taken => _quickTaken + _slowTaken;

    /// <summary>Puts a lane in line.</summary>
    public void Queue(Lane lane, bool slow)
    {
        lane.HasSlowPlace = slow;
        (slow ? _slow : _quick).Arrived.Enqueue(lane);
    }

    /// <summary>The next lane that may send, with its place taken; null when none may now.</summary>
    public Lane? Next() => Next(_quick, _quickTaken, options.QuickPlaces) ?? Next(_slow, _slowTaken, options.SlowPlaces);

    /// <summary>The attempt takes long: its quick place is free for another.</summary>
    public void TurnSlow(Lane lane)
    {
        if (!lane.HasSlowPlace)
        {
            lane.HasSlowPlace = true;
            _quickTaken--;
            _slowTaken++;
        }
    }

    public void Leave(Lane lane)
    {
        if (lane.HasSlowPlace)
        {
            _slowTaken--;
        }
        else
        {
            _quickTaken--;
        }

        Free(_organisations, lane.OrgId);
        Free(_hosts, lane.Host);
    }

    private Lane? Next(Line line, int taken, int limit)
    {
        while (taken < limit && Taken < options.MaxInFlight && line.TryTake(out var lane))
        {
            var organisation = GateOf(_organisations, lane.OrgId);
            var host = GateOf(_hosts, lane.Host);
            if (organisation.Taken >= options.PlacesPerOrganisation)
            {
                organisation.Parked.Enqueue(lane);
                if (host.Taken < perHost)
                {
                    Return(host); // the place its host had for it is another's
                }
            }
            else if (host.Taken >= perHost)
            {
                host.Parked.Enqueue(lane);
                Return(organisation); // the place its organisation had for it is another's
            }
            else
            {
                organisation.Taken++;
                host.Taken++;
                _quickTaken += lane.HasSlowPlace ? 0 : 1;
                _slowTaken += lane.HasSlowPlace ? 1 : 0;
                return lane;
            }
        }

        return null;
    }

    // Whoever waited for this very gate goes before those who have just come.
    private void Free<T>(Dictionary<T, Gate> gates, T key)
        where T : notnull
    {
        var gate = gates[key];
        gate.Taken--;
        if (!Return(gate) && gate.Taken == 0)
        {
            gates.Remove(key);
        }
    }

    private bool Return(Gate gate)
    {
        var isThere = gate.Parked.TryDequeue(out var lane);
        if (isThere)
        {
            (lane!.HasSlowPlace ? _slow : _quick).Returned.Enqueue(lane);
        }

        return isThere;
    }

    private static Gate GateOf<T>(Dictionary<T, Gate> gates, T key)
        where T : notnull
    {
        if (!gates.TryGetValue(key, out var gate))
        {
            gates[key] = gate = new Gate();
        }

        return gate;
    }

    private sealed class Gate
    {
        public int Taken { get; set; }

        public Queue<Lane> Parked { get; } = new();
    }

    private sealed class Line
    {
        public Queue<Lane> Returned { get; } = new();

        public Queue<Lane> Arrived { get; } = new();

        public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Lane? lane) => Returned.TryDequeue(out lane) || Arrived.TryDequeue(out lane);
    }
}
