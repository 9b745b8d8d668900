using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace StatusHub.Web.Operations;

/// <summary>
/// What instruments have measured since start: requests of the web server, and every counter of a meter named <c>StatusHub…</c>.
/// Labels come from routes and other closed sets only, so the number of series is bounded.
/// </summary>
internal sealed class RequestCounts : IDisposable
{
    /// <summary>Upper bounds of the duration buckets, seconds.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Most series kept; what comes later is not counted.</summary>
    public const int MaxSeries = 2_000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<RequestKind, Durations> _requests = [];

    public RequestCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.server.request.duration" || instrument.Meter.Name.StartsWith("StatusHub", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Count(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Count(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Requests by method, route and status, as Prometheus labels.</summary>
    public IEnumerable<(string Labels, Durations Durations)> Requests =>
        _requests.Select(r => ($"method=\"{Escape(r.Key.Method)}\",route=\"{Escape(r.Key.Route)}\",status=\"{Escape(r.Key.Status)}\"", r.Value));

    /// <summary>Other counters, by Prometheus series.</summary>
    public ConcurrentDictionary<string, double> Counters { get; } = new(StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();

    private void Count(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.Name == "http.server.request.duration")
        {
            var kind = new RequestKind(Tag(tags, "http.request.method"), Tag(tags, "http.route"), Tag(tags, "http.response.status_code"));
            if (_requests.TryGetValue(kind, out var durations) || (_requests.Count < MaxSeries && (durations = _requests.GetOrAdd(kind, _ => new Durations())) is not null))
            {
                durations.Add(value);
            }
        }
        else if (instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal))
        {
            var name = instrument.Name.Replace('.', '_').Replace('-', '_') + "_total" + Labels(tags);
            if (Counters.Count < MaxSeries || Counters.ContainsKey(name))
            {
                Counters.AddOrUpdate(name, value, (_, sum) => sum + value);
            }
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new List<string>();
        foreach (var tag in tags)
        {
            labels.Add($"{tag.Key.Replace('.', '_')}=\"{Escape(tag.Value)}\"");
        }

        return $"{{{string.Join(',', labels)}}}";
    }

    private static object? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
            {
                return tag.Value;
            }
        }

        return null;
    }

    private static string Escape(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

/// <summary>As the server's tags say it: kept unwritten, because every request is counted and few are asked for.</summary>
internal readonly record struct RequestKind(object? Method, object? Route, object? Status);

/// <summary>Durations in seconds, counted by upper bound.</summary>
internal sealed class Durations
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[RequestCounts.Bounds.Length];
    private long _count;
    private double _sum;

    public void Add(double seconds)
    {
        lock (_gate)
        {
            _count++;
            _sum += seconds;
            for (var i = 0; i < _buckets.Length; i++)
            {
                _buckets[i] += seconds <= RequestCounts.Bounds[i] ? 1 : 0;
            }
        }
    }

    public (long[] Buckets, long Count, double Sum) Read()
    {
        lock (_gate)
        {
            return ([.. _buckets], _count, _sum);
        }
    }
}
