using System.Diagnostics;
using System.Globalization;
using System.Text;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Storage;
using StatusHub.Feed.Delivery;
using StatusHub.Web.Api;
using StatusHub.Web.Public;

namespace StatusHub.Web.Operations;

/// <summary>The node in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricsText(CurrentView current, LogTail tail, RequestCounts counts, FeedStream streams, DeliveryCounts deliveries, Readiness readiness)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public string Write()
    {
        var text = new StringBuilder();
        WriteHub(text);
        WriteProcess(text);
        WriteRequests(text);
        foreach (var series in counts.Counters.GroupBy(c => c.Key.Split('{')[0]).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Head(text, series.Key, "counter", "Counted by the hub.");
            foreach (var (name, value) in series)
            {
                Line(text, name, value);
            }
        }

        return text.ToString();
    }

    private void WriteHub(StringBuilder text)
    {
        var view = current.Value;
        Head(text, "statushub_models", "gauge", "Models by judged state.");
        foreach (var state in Enum.GetValues<HealthState>())
        {
            Line(text, $"statushub_models{{state=\"{state.WireName()}\"}}", view.Models.Count(m => m.Verdict.Status == state));
        }

        Gauge(text, "statushub_incidents_open", "Open incidents, drills included.", view.OpenIncidents.Count());
        Gauge(text, "statushub_view_position", "Last log position the public view includes.", view.Position);
        Gauge(text, "statushub_view_timestamp_seconds", "Hub time the public view was built.", view.AsOf.ToUnixTimeMilliseconds() / 1000.0);
        Head(text, "statushub_log_events_total", "counter", "Events in the log; positions are gap-free, so the newest position is their number.");
        Line(text, "statushub_log_events_total", tail.Position);
        Gauge(text, "statushub_log_position", "Newest log position this node has seen.", tail.Position);
        Gauge(text, "statushub_streams_open", "Event streams this node serves.", streams.Open);
        WriteDeliveries(text);
        Gauge(text, "statushub_ready", "1 when the node is ready.", readiness.IsReady ? 1 : 0);
    }

    private void WriteDeliveries(StringBuilder text)
    {
        var status = deliveries.Status;
        Gauge(text, "statushub_deliveries_held", "Subscriptions this node delivers to.", status.Held);
        Gauge(text, "statushub_deliveries_in_flight", "Deliveries under way.", status.InFlight);
        Gauge(text, "statushub_deliveries_behind_positions", "Log positions the slowest subscription is behind.", status.Behind);
        Gauge(text, "statushub_deliveries_behind_seconds", "Hub time since the oldest event still owed was recorded.", status.BehindSeconds);
    }

    private static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Head(text, "process_cpu_seconds_total", "counter", "Processor time, user and system.");
        Line(text, "process_cpu_seconds_total", process.TotalProcessorTime.TotalSeconds);
        Gauge(text, "process_resident_memory_bytes", "Resident memory.", process.WorkingSet64);
        Gauge(text, "process_threads", "Threads of the process.", process.Threads.Count);
        Gauge(text, "process_start_time_seconds", "Start, seconds since 1970.", new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds());
        Gauge(text, "dotnet_heap_bytes", "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        Head(text, "dotnet_gc_collections_total", "counter", "Garbage collections by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            Line(text, $"dotnet_gc_collections_total{{generation=\"{generation}\"}}", GC.CollectionCount(generation));
        }

        Head(text, "dotnet_gc_pause_seconds_total", "counter", "Time stopped for garbage collection.");
        Line(text, "dotnet_gc_pause_seconds_total", GC.GetTotalPauseDuration().TotalSeconds);
        Gauge(text, "dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        Gauge(text, "dotnet_threadpool_queue_length", "Work waiting for a thread.", ThreadPool.PendingWorkItemCount);
    }

    private void WriteRequests(StringBuilder text)
    {
        Head(text, "http_request_duration_seconds", "histogram", "Duration of requests by method, route and status.");
        foreach (var (labels, durations) in counts.Requests.OrderBy(r => r.Labels, StringComparer.Ordinal))
        {
            var (buckets, count, sum) = durations.Read();
            for (var i = 0; i < buckets.Length; i++)
            {
                var bound = RequestCounts.Bounds[i].ToString(CultureInfo.InvariantCulture);
                Line(text, $"http_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}}", buckets[i]);
            }

            Line(text, $"http_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}}", count);
            Line(text, $"http_request_duration_seconds_sum{{{labels}}}", sum);
            Line(text, $"http_request_duration_seconds_count{{{labels}}}", count);
        }
    }

    private static void Gauge(StringBuilder text, string name, string help, double value)
    {
        Head(text, name, "gauge", help);
        Line(text, name, value);
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string series, double value) =>
        text.Append(series).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
}
