using System.Globalization;

namespace StatusHub.Feed.Meaning.Otlp;

/// <summary>
/// An <c>ExportMetricsServiceRequest</c> in Protocol Buffers, and the answer to it. Field numbers are those of opentelemetry-proto 1.x,
/// <c>metrics/v1/metrics.proto</c> and <c>common/v1/common.proto</c>.
/// </summary>
public static class OtlpProtobuf
{
    private const long TicksPerNano = 100;
    private const int Cumulative = 2;

    /// <summary>The export; null when the bytes are no such message or hold more points than are taken.</summary>
    public static OtlpExport? Read(ReadOnlySpan<byte> bytes)
    {
        var into = new Collected();
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            if (field != 1)
            {
                reader.Skip();
            }
            else if (!Resource(reader.Bytes(), into))
            {
                return null;
            }
        }

        return reader.Failed || into.Count > OtlpLimits.MaxPoints ? null : new OtlpExport(into.Points, into.Others);
    }

    /// <summary>An <c>ExportMetricsServiceResponse</c>; empty when nothing was refused and nothing is to be said.</summary>
    public static byte[] Answer(long rejected, string? message)
    {
        if (rejected == 0 && message is null)
        {
            return [];
        }

        using var partial = new MemoryStream();
        WriteNumber(partial, 1, (ulong)rejected);
        WriteBytes(partial, 2, System.Text.Encoding.UTF8.GetBytes(message ?? ""));
        using var answer = new MemoryStream();
        WriteBytes(answer, 1, partial.ToArray());
        return answer.ToArray();
    }

    private static bool Resource(ReadOnlySpan<byte> bytes, Collected into)
    {
        // The resource may stand behind its metrics, and every point needs it.
        var reader = new WireReader(bytes);
        var resource = "";
        while (reader.Next(out var field))
        {
            if (field == 1)
            {
                var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
                resource = Attributes(reader.Bytes(), 1, attributes)
                    ? string.Join('\n', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))
                    : "";
            }
            else
            {
                reader.Skip();
            }
        }

        var again = new WireReader(bytes);
        while (again.Next(out var field))
        {
            if (field != 2)
            {
                again.Skip();
            }
            else if (!Scope(again.Bytes(), resource, into))
            {
                return false;
            }
        }

        return !reader.Failed && !again.Failed;
    }

    private static bool Scope(ReadOnlySpan<byte> bytes, string resource, Collected into)
    {
        var reader = new WireReader(bytes);
        while (reader.Next(out var field))
        {
            if (field != 2)
            {
                reader.Skip();
            }
            else if (!Metric(reader.Bytes(), resource, into))
            {
                return false;
            }
        }

        return !reader.Failed;
    }

    private static bool Metric(ReadOnlySpan<byte> bytes, string resource, Collected into)
    {
        var reader = new WireReader(bytes);
        var (name, isExponential) = ("", false);
        ReadOnlySpan<byte> data = [];
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: name = reader.Text(); break;
                case 5 or 7 or 9 or 10 or 11:
                    data = reader.Bytes();
                    isExponential = field == 10;
                    break;
                default: reader.Skip(); break;
            }
        }

        return !reader.Failed && Points(data, name, isExponential, resource, into);
    }

    private static bool Points(ReadOnlySpan<byte> bytes, string name, bool isExponential, string resource, Collected into)
    {
        var isOurs = name == GenAi.Duration;
        var temporality = 0UL;
        var counting = new WireReader(bytes);
        while (counting.Next(out var field))
        {
            if (field == 2)
            {
                temporality = counting.Number();
                continue;
            }

            into.Others += field == 1 && !isOurs ? 1 : 0;
            counting.Skip();
        }

        var reader = new WireReader(bytes);
        while (isOurs && into.Count <= OtlpLimits.MaxPoints && reader.Next(out var field))
        {
            if (field != 1)
            {
                reader.Skip();
            }
            else if (Point(reader.Bytes(), name, isExponential ? 1 : 9, temporality == Cumulative, resource) is { } point)
            {
                into.Points.Add(point);
            }
            else
            {
                return false;
            }
        }

        return !counting.Failed && !reader.Failed;
    }

    /// <param name="attributesField">Plain and exponential histograms number it differently.</param>
    private static OtlpPoint? Point(ReadOnlySpan<byte> bytes, string name, int attributesField, bool isCumulative, string resource)
    {
        var reader = new WireReader(bytes);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        ulong start = 0, time = 0, count = 0;
        var whole = true;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 2: start = reader.Fixed64(); break;
                case 3: time = reader.Fixed64(); break;
                case 4: count = reader.Fixed64(); break;
                case var f when f == attributesField: whole &= Attribute(reader.Bytes(), attributes); break;
                default: reader.Skip(); break;
            }
        }

        return reader.Failed || !whole ? null : new OtlpPoint(name, isCumulative, Instant(start), Instant(time), (long)Math.Min(count, long.MaxValue), attributes, resource);
    }

    private static bool Attributes(ReadOnlySpan<byte> bytes, int attributesField, Dictionary<string, string> into)
    {
        var reader = new WireReader(bytes);
        var whole = true;
        while (reader.Next(out var field))
        {
            if (field == attributesField)
            {
                whole &= Attribute(reader.Bytes(), into);
            }
            else
            {
                reader.Skip();
            }
        }

        return whole && !reader.Failed;
    }

    private static bool Attribute(ReadOnlySpan<byte> bytes, Dictionary<string, string> into)
    {
        var reader = new WireReader(bytes);
        var (key, value) = ("", "");
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: key = reader.Text(); break;
                case 2: value = Value(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }

        if (into.Count < OtlpLimits.MaxAttributes && value.Length <= OtlpLimits.MaxText)
        {
            into[key] = value;
        }

        return !reader.Failed;
    }

    private static string Value(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var value = "";
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: value = reader.Text(); break;
                case 3: value = ((long)reader.Number()).ToString(CultureInfo.InvariantCulture); break;
                default: reader.Skip(); break;
            }
        }

        return value;
    }

    internal static DateTimeOffset Instant(ulong nanos) =>
        nanos / TicksPerNano < (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(nanos / TicksPerNano))
            : DateTimeOffset.MaxValue;

    private static void WriteBytes(MemoryStream to, int field, byte[] bytes)
    {
        WriteVarint(to, (ulong)(field << 3) | 2);
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteNumber(MemoryStream to, int field, ulong value)
    {
        WriteVarint(to, (ulong)(field << 3));
        WriteVarint(to, value);
    }

    private static void WriteVarint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }

    private sealed class Collected
    {
        public List<OtlpPoint> Points { get; } = [];

        public int Others { get; set; }

        public int Count => Points.Count + Others;
    }
}
