using System.Globalization;
using System.Text.Json;

namespace StatusHub.Feed.Meaning.Otlp;

/// <summary>The same export as JSON: the protobuf JSON mapping with OTLP's changes (64-bit numbers as text or number, members in lowerCamelCase).</summary>
public static class OtlpJson
{
    private const int MaxDepth = 24;

    /// <summary>The export; null when the bytes are no such message or hold more points than are taken.</summary>
    public static OtlpExport? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var points = new List<OtlpPoint>();
            var others = 0;
            foreach (var resource in Items(document.RootElement, "resourceMetrics"))
            {
                var name = resource.TryGetProperty("resource", out var r)
                    ? string.Join('\n', Attributes(r).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))
                    : "";
                foreach (var metric in Items(resource, "scopeMetrics").SelectMany(scope => Items(scope, "metrics")))
                {
                    others += Metric(metric, name, points);
                    if (points.Count + others > OtlpLimits.MaxPoints)
                    {
                        return null;
                    }
                }
            }

            return new OtlpExport(points, others);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <returns>Points of metrics that are not ours.</returns>
    private static int Metric(JsonElement metric, string resource, List<OtlpPoint> into)
    {
        var others = 0;
        foreach (var kind in (string[])["gauge", "sum", "histogram", "exponentialHistogram", "summary"])
        {
            if (!metric.TryGetProperty(kind, out var data))
            {
                continue;
            }

            var name = metric.TryGetProperty("name", out var named) ? named.GetString() : "";
            var points = Items(data, "dataPoints").ToList();
            if (name != GenAi.Duration || kind is not ("histogram" or "exponentialHistogram"))
            {
                others += points.Count;
                continue;
            }

            var isCumulative = data.TryGetProperty("aggregationTemporality", out var t)
                && (t.ValueKind == JsonValueKind.String ? t.GetString() == "AGGREGATION_TEMPORALITY_CUMULATIVE" : t.GetInt32() == 2);
            into.AddRange(points.Take(OtlpLimits.MaxPoints + 1).Select(p => new OtlpPoint(
                name,
                isCumulative,
                OtlpProtobuf.Instant(Whole(p, "startTimeUnixNano")),
                OtlpProtobuf.Instant(Whole(p, "timeUnixNano")),
                (long)Math.Min(Whole(p, "count"), long.MaxValue),
                Attributes(p),
                resource)));
        }

        return others;
    }

    private static Dictionary<string, string> Attributes(JsonElement owner)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in Items(owner, "attributes").Take(OtlpLimits.MaxAttributes))
        {
            var text = !attribute.TryGetProperty("value", out var value) ? ""
                : value.TryGetProperty("stringValue", out var s) ? s.GetString()
                : value.TryGetProperty("intValue", out var i) ? (i.ValueKind == JsonValueKind.String ? i.GetString() : i.GetRawText())
                : "";
            if (text is { Length: <= OtlpLimits.MaxText })
            {
                attributes[attribute.TryGetProperty("key", out var key) ? key.GetString() ?? "" : ""] = text;
            }
        }

        return attributes;
    }

    private static ulong Whole(JsonElement owner, string name) => !owner.TryGetProperty(name, out var value) ? 0
        : value.ValueKind == JsonValueKind.String ? ulong.Parse(value.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)
        : value.GetUInt64();

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];
}
