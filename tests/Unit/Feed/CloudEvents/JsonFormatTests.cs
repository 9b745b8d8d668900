using System.Text;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;
using static StatusHub.Unit.Feed.CloudEvents.Events;

namespace StatusHub.Unit.Feed.CloudEvents;

/// <summary>The rules of the JSON event format, by their numbers.</summary>
public sealed class JsonFormatTests
{
    [Fact]
    public void J1_The_media_types_are_those_of_the_format() => Assert.Equal(
        ("application/cloudevents+json", "application/cloudevents-batch+json"),
        (JsonEventFormatter.MediaType, JsonEventFormatter.BatchMediaType));

    [Fact]
    public void J2_Extensions_are_members_of_the_event_each_in_the_JSON_kind_of_its_type()
    {
        var e = Least with
        {
            Extensions = [new("flag", CloudEventValue.Of(false)), new("number", CloudEventValue.Of(-7)), new("bytes", "TWE=")],
        };

        Assert.Equal(With("\"flag\":false,\"number\":-7,\"bytes\":\"TWE=\""), Written(e));
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("5e0")]
    [InlineData("1.5")]
    [InlineData("2147483648")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void J2_An_extension_is_no_fraction_no_exponent_and_no_structure(string value) =>
        AssertRefused("/ext", CloudEventFault.AttributeType, With($"\"ext\":{value}"));

    [Theory]
    [InlineData("25")]
    [InlineData("true")]
    [InlineData("""{"xyz":"abc"}""")]
    public void J2_A_core_attribute_is_a_string(string id) =>
        AssertRefused("/id", CloudEventFault.AttributeType, $$"""{"specversion":"1.0","id":{{id}},"source":"/hub","type":"t"}""");

    [Fact]
    public void J3_A_null_attribute_is_not_set() =>
        Assert.Equal(Least, Read(With("\"datacontenttype\":null,\"dataschema\":null,\"subject\":null,\"time\":null,\"ext\":null")));

    [Fact]
    public void J3_A_required_attribute_that_is_null_is_missing() =>
        AssertRefused("/id", CloudEventFault.MissingAttribute, """{"specversion":"1.0","id":null,"source":"/hub","type":"t"}""");

    [Fact]
    public void J4_Everything_set_is_written_and_read_again()
    {
        var full = Least with
        {
            Subject = "tests",
            Time = "2026-06-07T12:00:00Z",
            DataContentType = "text/plain",
            DataSchema = "https://example.org/schema",
            Extensions = [new("ext", "x")],
            Data = CloudEventData.Text("Größe 😀"),
        };
        var json = Written(full);

        Assert.Equal(full, Read(json));
        Assert.All(["subject", "time", "datacontenttype", "dataschema", "ext", "data"], name => Assert.Contains($"\"{name}\":", json, StringComparison.Ordinal));
    }

    [Fact]
    public void J5_Binary_data_is_base64_and_without_a_content_type_nothing_is_assumed_of_it()
    {
        var e = Read(With("\"data_base64\":\"eyJhIjoxfQ==\""));

        Assert.Equal((CloudEventDataKind.Binary, "{\"a\":1}", null), (e.Data!.Kind, e.Data.Text(), e.DataContentType));
        Assert.Equal(With("\"data_base64\":\"eyJhIjoxfQ==\""), Written(e));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"TWE\"")]
    [InlineData("\"T WE=\"")]
    [InlineData("\"TWE=\\n\"")]
    [InlineData("\"-_-_\"")]
    public void J5_What_is_not_base64_is_refused(string value) =>
        AssertRefused("/data_base64", CloudEventFault.Data, With($"\"data_base64\":{value}"));

    [Fact]
    public void J5_Base64_may_be_escaped_as_any_string() =>
        Assert.Equal([0xFB, 0xFF, 0xBF], Read(With("\"data_base64\":\"\\u002B\\/+\\/\"")).Data!.Bytes.ToArray());

    [Theory]
    [InlineData("application/json")]
    [InlineData("APPLICATION/JSON; charset=utf-8")]
    [InlineData("text/json")]
    [InlineData("application/vnd.example+JSON")]
    public void J6_JSON_is_told_by_its_subtype_and_stays_a_value(string type)
    {
        var e = Read(With($"\"datacontenttype\":\"{type}\",\"data\":{{\"a\":[1,\"x\"]}}"));

        Assert.Equal((CloudEventDataKind.Json, """{"a":[1,"x"]}"""), (e.Data!.Kind, e.Data.Text()));
        Assert.EndsWith(""","data":{"a":[1,"x"]}}""", Written(e), StringComparison.Ordinal);
        Assert.Equal(e, Read(Written(e)));
    }

    [Fact]
    public void J7_Text_is_a_string_without_its_quotes_and_escapes()
    {
        var e = Read(With("\"data\":\"a \\\"b\\\"\\u00e4\",\"datacontenttype\":\"text/plain\""));

        Assert.Equal((CloudEventDataKind.Text, "a \"b\"ä"), (e.Data!.Kind, e.Data.Text()));
        Assert.Equal("plain", Read(With("\"datacontenttype\":\"text/plain\",\"data\":\"plain\"")).Data.Text());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"\\uDEAD\"")]
    public void J7_Data_that_is_neither_JSON_nor_a_string_is_refused(string data) =>
        AssertRefused("/data", CloudEventFault.Data, With($"\"datacontenttype\":\"text/plain\",\"data\":{data}"));

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public void J8_Data_stands_in_one_place(string data)
    {
        AssertRefused("/data_base64", CloudEventFault.Data, With($"\"data\":{data},\"data_base64\":\"TWE=\""));
        Assert.Equal(data, Read(With($"\"data_base64\":null,\"data\":{data}")).Data.Text());
        Assert.Null(Read(With("\"data_base64\":null")).Data);
    }

    [Fact]
    public void J9_Null_is_data_and_not_its_absence()
    {
        var nothing = Read(With("\"data\":null"));

        Assert.Equal((CloudEventDataKind.Json, "null"), (nothing.Data!.Kind, nothing.Data.Text()));
        Assert.Equal(With("\"data\":null"), Written(nothing));
        Assert.NotEqual(Least, nothing);
        Assert.DoesNotContain("data", Written(Least), StringComparison.Ordinal);
    }

    [Fact]
    public void J10_A_JSON_string_that_holds_JSON_stays_a_string()
    {
        var json = With("\"datacontenttype\":\"application/json\",\"data\":\"{\\\"a\\\":1}\"");

        Assert.Equal("\"{\\\"a\\\":1}\"", Read(json).Data.Text());
        Assert.Equal(json, Written(Read(json)));
    }

    [Fact]
    public void J11_Data_without_a_content_type_is_JSON_quotes_and_all()
    {
        var e = Read(With("\"data\":\"I'm just a string\""));

        Assert.Equal((CloudEventDataKind.Json, "\"I'm just a string\""), (e.Data!.Kind, e.Data.Text()));
    }

    [Fact]
    public void J12_Data_keeps_every_digit_and_every_escape()
    {
        const string Data = """{"n":1524831183200260097,"d":0.10000000000000000001,"e":1E400,"s":"\u00e4\/ä"}""";

        Assert.Equal(With($"\"data\":{Data}"), Written(Read(With($"\"data\":{Data}"))));
    }

    [Fact]
    public void J12_Data_written_over_several_lines_is_sent_on_one() =>
        Assert.Equal(With("\"data\":{  \"a\": 1 }"), Written(Read(With("\"data\":{\r\n\"a\": 1\n}"))));

    [Fact]
    public void J13_One_byte_order_mark_is_passed_over()
    {
        Assert.Equal(Least with { Data = CloudEventData.Json("5"u8.ToArray()) }, Read("\uFEFF" + With("\"data\":5")));
        Assert.Equal(CloudEventFault.MalformedJson, Refused("\uFEFF\uFEFF" + With("\"data\":5")).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"id\":\"1\"")]
    [InlineData("{\"id\":\"1\",}")]
    [InlineData("{} {}")]
    [InlineData("{/* no */}")]
    public void J13_What_is_no_JSON_object_is_refused_and_not_thrown(string body) =>
        Assert.Contains(Refused(body).Fault, new[] { CloudEventFault.MalformedJson, CloudEventFault.MissingAttribute });

    [Fact]
    public void J13_A_comma_too_many_a_comment_and_garbage_behind_spoil_a_good_event()
    {
        var good = With("\"data\":1");

        Assert.All([good.Replace("1}", "1,}"), good + "x", good + good, "/**/" + good], bad => Assert.Equal(CloudEventFault.MalformedJson, Refused(bad).Fault));
    }

    [Fact]
    public void J13_Depth_is_bounded()
    {
        static string Nested(int levels) => With($"\"data\":{new string('[', levels)}{new string(']', levels)}");

        Assert.NotNull(Read(Nested(JsonEventFormatter.MaxDepth - 1)).Data);
        Assert.Equal(CloudEventFault.MalformedJson, Refused(Nested(JsonEventFormatter.MaxDepth)).Fault);
    }

    [Fact]
    public void J13_Bytes_that_are_not_UTF_8_are_refused_even_inside_data() =>
        Assert.Equal(CloudEventFault.MalformedJson, Refused(Encoding.Latin1.GetBytes(With("\"data\":\"caf\u00e9\""))).Fault);

    [Fact]
    public void J14_A_number_stays_a_number_and_a_boolean_a_boolean()
    {
        var json = With("\"number\":5,\"flag\":true,\"digits\":\"5\",\"word\":\"true\"");

        Assert.Equal(json, Written(Read(json)));
    }

    [Fact]
    public void A_batch_is_read_whole_and_written_as_it_was()
    {
        var json = $"[{With("\"data\":1")},{With("\"ext\":2")}]";
        Assert.True(JsonEventFormatter.TryDecodeBatchModeMessage(Encoding.UTF8.GetBytes(json), out var events, out _));

        Assert.Equal(["1", null], events.Select(e => e.Data is null ? null : e.Data.Text()));
        Assert.Equal(json, Encoding.UTF8.GetString(JsonEventFormatter.EncodeBatchModeMessage(events).Span));
    }

    [Fact]
    public void A_batch_may_be_empty()
    {
        Assert.True(JsonEventFormatter.TryDecodeBatchModeMessage("[]"u8.ToArray(), out var events, out _));
        Assert.Empty(events);
        Assert.Equal("[]"u8, JsonEventFormatter.EncodeBatchModeMessage([]).Span);
    }

    [Theory]
    [InlineData("/1/id", "{\"specversion\":\"1.0\",\"source\":\"/a\",\"type\":\"t\"}")]
    [InlineData("/1/specversion", "{\"specversion\":\"0.9\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\"}")]
    [InlineData("/1", "\"not an object\"")]
    [InlineData("/1", "[]")]
    [InlineData("/1", "nonsense")]
    public void A_batch_with_one_bad_event_is_refused_with_its_index(string path, string bad)
    {
        var json = Encoding.UTF8.GetBytes($"[{With("\"data\":1")},{bad},{With("\"data\":1")}]");

        Assert.False(JsonEventFormatter.TryDecodeBatchModeMessage(json, out _, out var error));
        Assert.Equal((path, 1), (error.Path, error.Index));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[] []")]
    [InlineData("[")]
    [InlineData("")]
    public void What_is_no_array_is_no_batch(string json)
    {
        Assert.False(JsonEventFormatter.TryDecodeBatchModeMessage(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Equal(CloudEventFault.MalformedJson, error.Fault);
    }

    [Fact]
    public void An_event_of_a_batch_says_its_own_source_and_type_and_not_those_of_the_one_before()
    {
        (string Source, string Type)[] said = [("/a", "t"), ("/a", "t"), ("/b", "t"), ("/b", "u"), ("/B", "u"), ("/b/c", "uv")];
        var json = $"[{string.Join(',', said.Select((s, i) => $$"""{"specversion":"1.0","id":"{{i}}","source":"{{s.Source}}","type":"{{s.Type}}"}"""))}]";
        Assert.True(JsonEventFormatter.TryDecodeBatchModeMessage(Encoding.UTF8.GetBytes(json), out var events, out _));

        Assert.Equal(said, events.Select(e => (e.Source, e.Type)));
    }

    [Fact]
    public void An_event_that_breaks_a_rule_is_not_written() =>
        Assert.Throws<ArgumentException>(() => JsonEventFormatter.EncodeStructuredModeMessage(Least with { Source = "not a reference" }));
}
