using System.Buffers;
using System.Data.Common;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Events;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Streams;

namespace StatusHub.Web.Api;

/// <summary>
/// Every stream that has read all there is. One loop follows the log for all of them: an event is rendered once for each
/// filter and handed to each connection in turn, without a task, a timer or a buffer of its own. Whoever cannot take a write at
/// once leaves the crowd and catches up by itself, so that it never holds up the others.
/// </summary>
internal sealed partial class FeedCrowd(
    LogTail tail, CloudEventJson json, Clocks clocks, IOptions<ApiOptions> options, ILogger<FeedCrowd> logger) : BackgroundService
{
    private const int PageSize = 100;

    public static readonly byte[] Alive = ": alive\n\n"u8.ToArray();

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private long _position;

    /// <summary>Completes once the crowd knows where the log is; before that nobody can join.</summary>
    public Task Started => _started.Task;

    /// <summary>Takes a stream in at its position.</summary>
    /// <returns>False when the crowd is further already: read on first.</returns>
    public bool TryJoin(Member member)
    {
        lock (_gate)
        {
            if (member.Position < _position)
            {
                return false;
            }

            if (!_groups.TryGetValue(member.Filter.Key, out var group))
            {
                _groups[member.Filter.Key] = group = new Group(member.Filter.Filter);
            }

            group.Members.Add(member);
            return true;
        }
    }

    public void Leave(Member member)
    {
        lock (_gate)
        {
            if (_groups.TryGetValue(member.Filter.Key, out var group) && group.Members.Remove(member) && group.Members.Count == 0)
            {
                _groups.Remove(member.Filter.Key);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await tail.CaughtUp.WaitAsync(stoppingToken);
        MoveTo(tail.Position);
        _started.TrySetResult();
        var swept = clocks.Real.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            var left = Beat - clocks.Real.GetElapsedTime(swept);
            if (left <= TimeSpan.Zero)
            {
                // However busy the log: a filter may want nothing of it for hours.
                KeepAlive(swept);
                swept = clocks.Real.GetTimestamp();
                continue;
            }

            var page = await ReadAsync(stoppingToken);
            if (page.Count > 0)
            {
                Send(page);
                continue;
            }

            await WaitAsync(left, stoppingToken);
        }
    }

    // Twice within the promised silence: whoever was written to just before one sweep hears from the next.
    private TimeSpan Beat => TimeSpan.FromSeconds(options.Value.HeartbeatSeconds) / 2;

    /// <summary>The next events; none also when they cannot be read now: the streams stay open until they can.</summary>
    private async Task<IReadOnlyList<LoggedEvent>> ReadAsync(CancellationToken stop)
    {
        try
        {
            return await tail.ReadAfterAsync(_position, PageSize, stop);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            Log.Unreadable(logger, e.Message);
            await Task.Delay(Beat, clocks.Real, stop);
            return [];
        }
    }

    private async Task WaitAsync(TimeSpan most, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(tail.WhenBeyondAsync(_position), Task.Delay(most, clocks.Real, over.Token));
        await over.CancelAsync();
    }

    private void Send(IReadOnlyList<LoggedEvent> page)
    {
        var (before, next, now) = (_position, page[^1].Position, clocks.Real.GetTimestamp());
        foreach (var (filter, members) in MoveTo(next))
        {
            var frame = Frame(page, filter, before);
            foreach (var member in members)
            {
                // One that joined ahead of the crowd has had a part of the page already.
                var own = member.Position > before ? Frame(page, filter, member.Position) : frame;
                Write(member, own, Math.Max(next, member.Position), now);
            }
        }
    }

    private ReadOnlyMemory<byte> Frame(IReadOnlyList<LoggedEvent> page, FeedFilter filter, long after)
    {
        var frame = new ArrayBufferWriter<byte>();
        foreach (var logged in page.Where(e => e.Position > after && filter.Wants(e.Event)))
        {
            FeedFrames.Write(frame, json, logged);
        }

        return frame.WrittenMemory;
    }

    private void Write(Member member, ReadOnlyMemory<byte> frame, long position, long now)
    {
        if (!member.TryWrite(frame, position, now))
        {
            Leave(member);
        }
    }

    private void KeepAlive(long since)
    {
        var now = clocks.Real.GetTimestamp();
        foreach (var member in MoveTo(_position).SelectMany(g => g.Members).Where(m => m.WroteAt <= since))
        {
            Write(member, Alive, member.Position, now);
        }
    }

    // Under one lock with the position, so that whoever joins is either in the list or told to read on.
    private List<(FeedFilter Filter, Member[] Members)> MoveTo(long position)
    {
        lock (_gate)
        {
            _position = position;
            return [.. _groups.Values.Select(g => (g.Filter, g.Members.ToArray()))];
        }
    }

    private sealed class Group(FeedFilter filter)
    {
        public FeedFilter Filter { get; } = filter;

        public HashSet<Member> Members { get; } = [];
    }

    /// <summary>A filter, and the text that is the same for filters that want the same.</summary>
    internal sealed record KeyedFilter(FeedFilter Filter)
    {
        public string Key { get; } = string.Join('\n',
            string.Join(',', Filter.Types.Order(StringComparer.Ordinal)), string.Join(',', Filter.Subjects.Order(StringComparer.Ordinal)),
            Filter.Source, Filter.Id, Filter.Reader.OrgId, string.Join(',', Filter.Reader.Providers.Order(StringComparer.Ordinal)));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The streams cannot read the log: {Reason}")]
        public static partial void Unreadable(ILogger logger, string reason);
    }

    /// <summary>One connection. Whoever writes holds its lock; once it has left, nobody does.</summary>
    internal sealed class Member(PipeWriter writer, KeyedFilter filter, long position)
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource<Task> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _gone;

        public KeyedFilter Filter { get; } = filter;

        /// <summary>Last log position written, or passed over.</summary>
        public long Position { get; private set; } = position;

        public long WroteAt { get; private set; }

        /// <summary>Completes when it can take no more at once; the result is the write to wait for.</summary>
        public Task<Task> Left => _left.Task;

        /// <returns>False when it has left, or leaves with this write.</returns>
        public bool TryWrite(ReadOnlyMemory<byte> frame, long position, long now)
        {
            lock (_gate)
            {
                if (_gone)
                {
                    return false;
                }

                Position = position;
                if (frame.IsEmpty)
                {
                    return true;
                }

                WroteAt = now;
                var write = writer.WriteAsync(frame);
                if (write.IsCompletedSuccessfully)
                {
                    return true;
                }

                _gone = true;
                _left.TrySetResult(write.AsTask());
                return false;
            }
        }

        /// <summary>After this nobody writes any more.</summary>
        public void Close()
        {
            lock (_gate)
            {
                _gone = true;
            }
        }
    }
}

/// <summary>Events as server-sent events: the cursor as id, the structured event as data.</summary>
internal static class FeedFrames
{
    /// <summary>Says that the events before a position are gone, and that the stream goes on from there.</summary>
    public static void Reset(IBufferWriter<byte> to, long kept) =>
        Encoding.UTF8.GetBytes($"event: reset\nid: {LogCursor.Of(kept)}\ndata: {{\"after\":\"{LogCursor.Of(kept)}\"}}\n\n", to);

    public static void Write(IBufferWriter<byte> to, CloudEventJson json, LoggedEvent logged)
    {
        Encoding.UTF8.GetBytes($"id: {LogCursor.Of(logged.Position)}\ndata: ", to);
        to.Write(json.Structured(logged).Span);
        to.Write("\n\n"u8);
    }
}
