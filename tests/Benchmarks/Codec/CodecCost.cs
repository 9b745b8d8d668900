using System.Text;
using System.Text.Json;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Benchmarks.Codec;

/// <summary>
/// Reading and writing events beside a codec built on a document, as the widely used SDK for .NET is: parse into a tree, take the
/// attributes out of it as strings, keep the data as a copy of its element, write the tree again.
/// </summary>
internal static class CodecCost
{
    private const int Events = 100;
    private const int Repeats = 200;
    private const int WarmRounds = 20; // until the runtime has compiled both for good
    private const int Rounds = 15;
    private const double Goal = 2;

    private static readonly byte[] Batch = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, Events).Select(Event))}]");

    public static Task<int> RunAsync()
    {
        JsonEventFormatter.TryDecodeBatchModeMessage(Batch, out var ours, out _);
        var tree = Document.Decode(Batch);
        var (read, written) = (new List<double>(), new List<double>());
        for (var round = -WarmRounds; round < Rounds; round++)
        {
            var decode = (Floor: Measure(() => Document.Decode(Batch)), Ours: Measure(() => JsonEventFormatter.TryDecodeBatchModeMessage(Batch, out _, out _)));
            var encode = (Floor: Measure(() => Document.Encode(tree)), Ours: Measure(() => JsonEventFormatter.EncodeBatchModeMessage(ours!)));
            if (round >= 0)
            {
                read.Add(decode.Floor / decode.Ours);
                written.Add(encode.Floor / encode.Ours);
                Console.WriteLine($"read {decode.Ours:F2} us (document {decode.Floor:F2}), written {encode.Ours:F2} us (document {encode.Floor:F2}) an event of {Batch.Length / Events} bytes");
            }
        }

        var (r, w) = (read.Order().ElementAt(Rounds / 2), written.Order().ElementAt(Rounds / 2));
        Console.WriteLine($"times as fast: read {r:F2}, written {w:F2}; goal at least {Goal:F1}");
        return Task.FromResult(r >= Goal && w >= Goal ? 0 : 1);
    }

    /// <summary>Microseconds an event.</summary>
    private static double Measure(Action work)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Repeats; i++)
        {
            work();
        }

        return TimeProvider.System.GetElapsedTime(start).TotalMicroseconds / (Repeats * Events);
    }

    private static string Event(int n) => $$$"""
        {"specversion":"1.0","id":"018f2f6e-{{{n:0000}}}","source":"https://provider.example/status","type":"com.example.health.v1","subject":"anthropic/claude-opus-4-8","time":"2026-06-07T10:00:00Z","datacontenttype":"application/json","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","data":{"window":{"start":"2026-06-07T09:59:00Z","seconds":60},"requests":4211,"errors":{"overloaded":3,"timeout":1},"latencyMs":[0,0,12,180,911,1650,902,377,121,44,10,3,1],"note":"all of it is ordinary traffic of one minute"}}
        """;

    /// <summary>An event as a dictionary of attributes and an element of data.</summary>
    private sealed record Document(Dictionary<string, object> Attributes, JsonElement? Data)
    {
        public static List<Document> Decode(byte[] batch)
        {
            using var document = JsonDocument.Parse(batch);
            var events = new List<Document>();
            foreach (var element in document.RootElement.EnumerateArray())
            {
                var attributes = new Dictionary<string, object>(StringComparer.Ordinal);
                JsonElement? data = null;
                foreach (var member in element.EnumerateObject())
                {
                    if (member.Name == "data")
                    {
                        data = member.Value.Clone();
                        continue;
                    }

                    // The SDK turns each into its attribute's type and checks its text.
                    var text = member.Value.GetString()!;
                    attributes[member.Name] = member.Name switch
                    {
                        "source" or "dataschema" => new Uri(text, UriKind.RelativeOrAbsolute),
                        "time" => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
                        _ => text,
                    };
                }

                events.Add(new Document(attributes, data));
            }

            return events;
        }

        public static byte[] Encode(List<Document> events)
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writer.WriteStartArray();
                foreach (var (attributes, data) in events)
                {
                    writer.WriteStartObject();
                    foreach (var (name, value) in attributes)
                    {
                        writer.WriteString(name, value switch { DateTimeOffset time => time.ToString("O"), Uri uri => uri.OriginalString, _ => (string)value });
                    }

                    writer.WritePropertyName("data");
                    data!.Value.WriteTo(writer);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            return stream.ToArray();
        }
    }
}
