using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace StatusHub.Support.Stories;

/// <summary>
/// The time exchanges between hub and simulator take, without waiting for it. Each exchange has a time of its own, which passes only
/// when the simulator waits: its delays and the hub's limits then run out in the order they fall due, at once, so a time to first
/// token of 900 ms is measured as 900 ms however busy the machine is. Bytes still go over real sockets; time does not pass before the
/// hub has read what was sent. Outside such an exchange both sides keep real time.
/// </summary>
/// <remarks>The two sides find each other by the endpoint's key, so every endpoint needs one of its own (<see cref="KeyOf"/>).</remarks>
public sealed class WireTime
{
    private const string KeyPrefix = "wire-";

    private readonly AsyncLocal<WireExchange?> _flow = new();
    private readonly ConcurrentDictionary<string, WireExchange> _underWay = new(StringComparer.Ordinal);

    public WireTime()
    {
        HubSide = new Side(this, isHub: true);
        SimulatorSide = new Side(this, isHub: false);
    }

    /// <summary>What the hub measures and limits with.</summary>
    public TimeProvider HubSide { get; }

    /// <summary>What the simulator paces its answers with.</summary>
    public TimeProvider SimulatorSide { get; }

    /// <summary>The credential by which an endpoint's exchanges are told from others.</summary>
    public static string KeyOf(Guid endpointId) => $"{KeyPrefix}{endpointId:N}";

    /// <summary>Runs one probe of an endpoint in an exchange's own time; one at a time for each endpoint.</summary>
    public async Task<T> During<T>(Guid endpointId, Func<Task<T>> probe)
    {
        var key = KeyOf(endpointId);
        _flow.Value = _underWay[key] = new WireExchange();
        try
        {
            return await probe();
        }
        finally
        {
            _underWay.TryRemove(key, out _);
            _flow.Value = null;
        }
    }

    /// <summary>Middleware of the simulator: takes a request into the time of the probe that sent it.</summary>
    public async Task Follow(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        var key = headers["x-api-key"].ToString() is { Length: > 0 } own ? own : headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        _flow.Value = _underWay.GetValueOrDefault(key);
        _flow.Value?.Begin();
        await next(context);
    }

    private sealed class Side(WireTime wire, bool isHub) : TimeProvider
    {
        public override long TimestampFrequency => System.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow();

        public override long GetTimestamp() => wire._flow.Value is not { } exchange ? System.GetTimestamp()
            : isHub ? exchange.Look() : exchange.Timestamp;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            wire._flow.Value is not { } exchange ? System.CreateTimer(callback, state, dueTime, period)
            : isHub ? exchange.Limit(() => callback(state), dueTime)
            : exchange.Delay(() => callback(state), dueTime);
    }
}
