using StatusHub.Domain.Evidence;
using StatusHub.Probes.Connecting;

namespace StatusHub.Probes.Timing;

/// <summary>How far an exchange has come; what a passed time limit means depends on it.</summary>
internal enum ExchangePhase
{
    Connecting,
    Waiting,
    Answering,
}

/// <summary>
/// One exchange on the wire: its marks in real time, and its time limits on one timer that is moved on as the exchange proceeds.
/// </summary>
internal sealed class Exchange : IDisposable
{
    private static readonly AsyncLocal<Exchange?> Flow = new();

    private readonly TimeProvider _real;
    private readonly ProbesOptions _options;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _caller;
    private readonly long _startedAt;
    private ConnectionMarks? _ranOn;
    private bool _ownConnection;
    private long _headersAt;
    private long _firstEventAt;
    private long _firstTokenAt;
    private long _firstReasoningAt;
    private long _lastTokenAt;
    private long _endedAt;
    private long _maxGap;
    private int _chunks;

    public Exchange(TimeProvider real, ProbesOptions options, CancellationToken caller)
    {
        _real = real;
        _options = options;
        _startedAt = Now = real.GetTimestamp();
        _limit = new CancellationTokenSource(options.Connect, real);
        _caller = caller.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _limit);
    }

    /// <summary>The exchange the present flow of control works for.</summary>
    public static Exchange? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public CancellationToken Token => _limit.Token;

    public ExchangePhase Phase { get; private set; }

    /// <summary>The connection made for this exchange, when one was; it may still have run on another.</summary>
    public ConnectionMarks? Connection { get; private set; }

    /// <summary>Timestamp of the last mark; a read of many events shares one.</summary>
    public long Now { get; private set; }

    public long Bytes { get; private set; }

    public bool EndMarkerSeen { get; set; }

    public bool GotHeaders => _headersAt != 0;

    /// <summary>It ran on a connection that had served others before.</summary>
    public bool Reused => _ranOn is not null && !_ownConnection;

    public bool OverTotal => _real.GetElapsedTime(_startedAt) >= _options.Total;

    /// <summary>A connection is being made for this exchange.</summary>
    public ConnectionMarks Connecting() => Connection = new ConnectionMarks { StartedAt = _real.GetTimestamp() };

    /// <summary>Bytes of this exchange go out on that connection.</summary>
    public void Sends(ConnectionMarks connection)
    {
        if (_ranOn is not null)
        {
            return;
        }

        _ranOn = connection;
        _ownConnection = ReferenceEquals(connection, Connection);
        Phase = ExchangePhase.Waiting;
        LimitTo(_options.FirstToken - _real.GetElapsedTime(_startedAt));
    }

    public void Headers() => Now = _headersAt = _real.GetTimestamp();

    /// <summary>A piece of the body came.</summary>
    public void Received(int bytes)
    {
        Now = _real.GetTimestamp();
        Bytes += bytes;
    }

    public void Event() => _firstEventAt = _firstEventAt == 0 ? Now : _firstEventAt;

    public void Text()
    {
        if (_firstTokenAt == 0)
        {
            _firstTokenAt = Now;
        }
        else
        {
            _maxGap = Math.Max(_maxGap, Now - _lastTokenAt);
        }

        _lastTokenAt = Now;
        _chunks++;
        Progress();
    }

    public void Reasoning()
    {
        _firstReasoningAt = _firstReasoningAt == 0 ? Now : _firstReasoningAt;
        Progress();
    }

    /// <summary>The answer moved on: the next silence is counted from here.</summary>
    public void Progress()
    {
        Phase = ExchangePhase.Answering;
        var left = _options.Total - _real.GetElapsedTime(_startedAt, Now);
        LimitTo(left < _options.Gap ? left : _options.Gap);
    }

    public void End() => _endedAt = _real.GetTimestamp();

    public ProbeTimings Timings()
    {
        var own = _ownConnection ? _ranOn : _ranOn is null ? Connection : null;
        return new ProbeTimings
        {
            DnsMs = Ms(own?.ResolvedAt),
            ConnectMs = Ms(own?.ConnectedAt),
            TlsMs = Ms(own?.SecuredAt),
            HeadersMs = Ms(_headersAt),
            FirstEventMs = Ms(_firstEventAt),
            FirstTokenMs = Ms(_firstTokenAt),
            FirstReasoningMs = Ms(_firstReasoningAt),
            LastTokenMs = Ms(_lastTokenAt),
            MaxGapMs = _chunks > 1 ? _real.GetElapsedTime(0, _maxGap).TotalMilliseconds : null,
            TotalMs = Ms(_endedAt) ?? _real.GetElapsedTime(_startedAt).TotalMilliseconds,
            Chunks = _chunks,
            Bytes = Bytes,
            EndMarkerSeen = EndMarkerSeen,
            ConnectionReused = Reused,
        };
    }

    public void Dispose()
    {
        _caller.Dispose();
        _limit.Dispose();
    }

    private double? Ms(long? at) => at is null or 0 ? null : _real.GetElapsedTime(_startedAt, at.Value).TotalMilliseconds;

    private void LimitTo(TimeSpan time)
    {
        if (!_limit.IsCancellationRequested)
        {
            _limit.CancelAfter(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        }
    }
}
