using System.Buffers.Binary;
using System.Text;
using StatusHub.Domain.Catalog;
using StatusHub.Feed.Meaning.Otlp;

namespace StatusHub.Unit.Feed.Meaning;

/// <summary>Real OTLP bytes, put together here by hand, field by field.</summary>
public sealed class OtlpTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);
    private static readonly ModelId Opus = ModelId.Parse("anthropic/claude-opus-4-8");
    private static readonly ModelNames Names = new([Opus, ModelId.Parse("openai/gpt-5-2"), ModelId.Parse("azure/gpt-5-2")], [("prod_router", Opus)]);

    [Fact]
    public void Protobuf_and_json_are_read_alike()
    {
        var bytes = Request(Histogram("gen_ai.client.operation.duration", 2, Point(100, 9, ("gen_ai.request.model", "claude-opus-4-8"), ("error.type", "500"))));
        var json = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeMetrics":[{"metrics":[
              {"name":"gen_ai.client.operation.duration","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[
                {"startTimeUnixNano":"1780833540000000000","timeUnixNano":"1780833600000000000","count":"100","sum":12.5,"bucketCounts":["100"],
                 "attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"claude-opus-4-8"}},{"key":"error.type","value":{"stringValue":"500"}}]}]}}]}]}]}
            """;

        var one = Assert.Single(OtlpProtobuf.Read(bytes)!.Points);
        var other = Assert.Single(OtlpJson.Read(Encoding.UTF8.GetBytes(json))!.Points);
        Assert.Equal((one.Metric, one.IsCumulative, one.Start, one.Time, one.Count, one.Resource), (other.Metric, other.IsCumulative, other.Start, other.Time, other.Count, other.Resource));
        Assert.Equal(one.Attributes, other.Attributes);
        Assert.Equal((Noon.AddMinutes(-1), Noon, 100L, true, "service.name=shop"), (one.Start, one.Time, one.Count, one.IsCumulative, one.Resource));
    }

    [Fact]
    public void Exponential_histograms_are_counted_and_other_metrics_are_left_alone()
    {
        var export = OtlpProtobuf.Read(Request(
            Histogram("gen_ai.client.operation.duration", 1, Point(7, 1, ("gen_ai.request.model", "claude-opus-4-8")), field: 10),
            Histogram("gen_ai.client.token.usage", 1, Point(7, 9)),
            Histogram("http.client.request.duration", 1, Point(7, 9))))!;

        Assert.Equal((7L, false), (Assert.Single(export.Points).Count, export.Points[0].IsCumulative));
        Assert.Equal(2, export.Others);
    }

    [Fact]
    public void Points_of_one_model_and_minute_are_one_window_with_its_errors()
    {
        OtlpPoint[] points =
        [
            Of(90, ("gen_ai.request.model", "claude-opus-4-8")),
            Of(8, ("gen_ai.request.model", "claude-opus-4-8"), ("error.type", "500")),
            Of(2, ("gen_ai.request.model", "claude-opus-4-8"), ("error.type", "my odd/error")),
            Of(5, ("gen_ai.request.model", "nobody-knows-me")),
        ];
        var (windows, unknown) = GenAiWindows.Fold(points, p => Names.Find(null, p[GenAi.RequestModel]));

        var window = Assert.Single(windows);
        Assert.Equal((Opus, Noon.AddMinutes(-1), 60, 100L, 1), (window.Model, window.Start, window.Seconds, window.Requests, unknown));
        Assert.Equal([new("500", 8), new("my_odd_error", 2)], window.Errors);
        Assert.Equal(window.Id, GenAiWindows.Fold(points.Reverse(), p => Names.Find(null, p[GenAi.RequestModel])).Windows[0].Id);
    }

    [Theory]
    [InlineData(null, "claude-opus-4-8", "anthropic/claude-opus-4-8")]
    [InlineData("anthropic", "anthropic/claude-opus-4-8", "anthropic/claude-opus-4-8")]
    [InlineData("openrouter", "anthropic/claude-opus-4-8", "anthropic/claude-opus-4-8")]
    [InlineData("anthropic", "claude-opus-4-8-20260514", "anthropic/claude-opus-4-8")]
    [InlineData("anthropic", "Claude_Opus_4-8-2026-05-14", "anthropic/claude-opus-4-8")]
    [InlineData(null, "prod_router", "anthropic/claude-opus-4-8")]
    [InlineData("openai", "gpt-5-2", "openai/gpt-5-2")]
    [InlineData("azure.ai.inference", "gpt-5-2", "azure/gpt-5-2")]
    [InlineData(null, "gpt-5-2", null)]
    [InlineData("azure.ai.openai", "gpt-5-2", null)]
    [InlineData("anthropic", "claude", null)]
    [InlineData("anthropic", null, null)]
    public void A_name_is_the_one_model_it_can_mean(string? provider, string? name, string? model) => Assert.Equal(model, Names.Find(provider, name)?.Value);

    [Fact]
    public void Damaged_bytes_are_refused_and_never_an_exception()
    {
        var whole = Request(Histogram("gen_ai.client.operation.duration", 1, Point(100, 9, ("gen_ai.request.model", "x"), ("error.type", "500"))));
        for (var cut = 1; cut < whole.Length; cut++)
        {
            Assert.Null(OtlpProtobuf.Read(whole.AsSpan(0, cut)));
        }

        var chance = new Random(5);
        for (var i = 0; i < 5_000; i++)
        {
            var damaged = whole.ToArray();
            damaged[chance.Next(damaged.Length)] = (byte)chance.Next(256);
            _ = OtlpProtobuf.Read(damaged);
            _ = OtlpJson.Read(damaged);
        }
    }

    [Fact]
    public void More_points_than_are_taken_are_refused_whole()
    {
        var many = Enumerable.Repeat(Point(1, 9), OtlpLimits.MaxPoints + 1).SelectMany(p => p).ToArray();
        Assert.Null(OtlpProtobuf.Read(Request(Histogram("gen_ai.client.operation.duration", 1, many))));
        Assert.Null(OtlpProtobuf.Read(Request(Histogram("other", 1, many))));
    }

    [Fact]
    public void An_answer_says_how_many_points_were_refused()
    {
        Assert.Empty(OtlpProtobuf.Answer(0, null));
        Assert.Equal([0x0A, 0x06, 0x08, 0x03, 0x12, 0x02, (byte)'n', (byte)'o'], OtlpProtobuf.Answer(3, "no"));
    }

    [Theory]
    [InlineData("gen_ai.client.operation.duration")]
    [InlineData("other")]
    public void More_points_than_are_taken_are_refused_whole_as_json_too(string name)
    {
        Assert.NotNull(OtlpJson.Read(Json(name, OtlpLimits.MaxPoints)));
        Assert.Null(OtlpJson.Read(Json(name, OtlpLimits.MaxPoints + 1)));
    }

    [Fact]
    public void Of_a_point_only_so_many_attributes_and_none_too_long_are_read()
    {
        (string Key, string Value)[] many =
        [
            ("long", new string('x', OtlpLimits.MaxText + 1)),
            ("whole", new string('x', OtlpLimits.MaxText)),
            .. Enumerable.Range(0, OtlpLimits.MaxAttributes + 1).Select(i => ($"a{i}", "v")),
        ];
        var json = Json(GenAi.Duration, 1, string.Join(',', many.Select(a => $$$"""{"key":"{{{a.Key}}}","value":{"stringValue":"{{{a.Value}}}"}}""")));
        foreach (var export in new[] { OtlpProtobuf.Read(Request(Histogram(GenAi.Duration, 1, Point(1, 9, many)))), OtlpJson.Read(json) })
        {
            var point = Assert.Single(export!.Points);
            Assert.InRange(point.Attributes.Count, OtlpLimits.MaxAttributes - 1, OtlpLimits.MaxAttributes);
            Assert.Null(point["long"]);
            Assert.NotNull(point["whole"]);
        }
    }

    [Fact]
    public void A_window_is_an_hour_at_most_and_tells_forty_errors_apart_by_names_of_a_hundred_characters()
    {
        var points = Enumerable.Range(0, 50).Select(i => Of(1, ("error.type", $"{i:00}" + new string('x', 200))) with { Start = Noon.AddHours(-2) });
        var window = Assert.Single(GenAiWindows.Fold(points, _ => Opus).Windows);

        Assert.Equal((3_600, Noon.AddHours(-1), 41, 10L), (window.Seconds, window.Start, window.Errors.Count, window.Errors["_OTHER"]));
        Assert.All(window.Errors.Keys, k => Assert.InRange(k.Length, 1, 100));
    }

    private static byte[] Json(string name, int points, string attributes = "")
    {
        var point = $$$"""{"startTimeUnixNano":"0","timeUnixNano":"1","count":"1","attributes":[{{{attributes}}}]}""";
        return Encoding.UTF8.GetBytes(
            $$"""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"{{name}}","histogram":{"dataPoints":[{{string.Join(',', Enumerable.Repeat(point, points))}}] } }] }] }] }""");
    }

    private static OtlpPoint Of(long count, params (string Key, string Value)[] attributes) => new(
        GenAi.Duration, false, Noon.AddMinutes(-1), Noon, count, attributes.ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal), "");

    private static byte[] Request(params byte[][] metrics)
    {
        byte[] scope = [.. metrics.SelectMany(m => Field(2, m))];
        var resource = Field(1, Field(1, Attribute("service.name", "shop")));
        return Field(1, [.. Field(2, scope), .. resource]); // the resource may well stand behind
    }

    private static byte[] Histogram(string name, int temporality, byte[] points, int field = 9) =>
        [.. Field(1, Encoding.UTF8.GetBytes(name)), .. Field(3, "s"u8.ToArray()), .. Field(field, [.. points, 0x10, (byte)temporality])];

    private static byte[] Point(ulong count, int attributesField, params (string Key, string Value)[] attributes) => Field(1,
    [
        .. Fixed(2, (ulong)(Noon.AddMinutes(-1) - DateTimeOffset.UnixEpoch).Ticks * 100),
        .. Fixed(3, (ulong)(Noon - DateTimeOffset.UnixEpoch).Ticks * 100),
        .. Fixed(4, count),
        .. Fixed(5, (ulong)BitConverter.DoubleToInt64Bits(12.5)),
        .. attributesField == 9 ? Field(6, BitConverter.GetBytes(count)) : [],
        .. attributes.SelectMany(a => Field(attributesField, Attribute(a.Key, a.Value))),
    ]);

    private static byte[] Attribute(string key, string value) => [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, Field(1, Encoding.UTF8.GetBytes(value)))];

    private static byte[] Field(int number, byte[] bytes) => [.. Varint((ulong)(number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Fixed(int number, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return [(byte)((number << 3) | 1), .. bytes];
    }

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
