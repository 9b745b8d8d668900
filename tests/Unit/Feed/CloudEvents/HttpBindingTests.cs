using System.Text;
using Microsoft.Extensions.Primitives;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.CloudEvents.Json;
using static StatusHub.Unit.Feed.CloudEvents.Events;

namespace StatusHub.Unit.Feed.CloudEvents;

/// <summary>The rules of the HTTP binding, by their numbers, and of the conversions between its modes.</summary>
public sealed class HttpBindingTests
{
    private const string LeastHeaders = "ce-specversion: 1.0\nce-id: 1\nce-source: /hub\nce-type: example.kind\n";

    [Fact]
    public void C14_JSON_without_a_content_type_gets_the_implied_one_where_it_would_be_lost()
    {
        Assert.Equal("application/json", HttpEventEncoder.Binary(Read(With("\"data\":1"))).ContentType);
        Assert.Null(HttpEventEncoder.Binary(Read(With("\"data_base64\":\"TWE=\""))).ContentType);
        Assert.Null(HttpEventEncoder.Binary(Least).ContentType);
    }

    [Fact]
    public void J11_A_JSON_string_is_sent_with_its_quotes() =>
        Assert.Equal("\"I'm just a string\""u8, HttpEventEncoder.Binary(Read(With("\"data\":\"I'm just a string\""))).Body.Span);

    [Theory]
    [InlineData("application/cloudevents-batch+json", ContentMode.Batch)]
    [InlineData("APPLICATION/CloudEvents-Batch+JSON; charset=utf-8", ContentMode.Batch)]
    [InlineData("application/cloudevents-batchtrailing", ContentMode.Batch)]
    [InlineData("application/cloudevents+json", ContentMode.Structured)]
    [InlineData("Application/CloudEvents+JSON", ContentMode.Structured)]
    [InlineData("application/cloudeventstrailing", ContentMode.Structured)]
    [InlineData("application/json", ContentMode.Binary)]
    [InlineData(null, ContentMode.Binary)]
    public void H1_The_mode_is_told_by_how_the_content_type_begins(string? contentType, ContentMode mode) =>
        Assert.Equal(mode, HttpEventDecoder.ModeOf(contentType));

    [Theory]
    [InlineData("application/cloudevents+avro")]
    [InlineData("application/cloudevents-batch+protobuf")]
    [InlineData("application/cloudeventstrailing")]
    [InlineData("application/cloudevents")]
    public void H2_A_format_not_spoken_is_a_matter_of_the_media_type(string contentType)
    {
        var error = Refused("Content-Type: " + contentType, With("\"data\":1"));

        Assert.Equal((CloudEventFault.UnsupportedFormat, true), (error.Fault, error.IsAboutMediaType));
    }

    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("Application/CloudEvents+JSON; Charset=\"UTF-8\"")]
    public void H2_The_JSON_format_is_read_in_UTF_8_only(string contentType)
    {
        Assert.Equal(Least, Only("Content-Type: " + contentType, Written(Least)));
        Assert.Equal(CloudEventFault.UnsupportedCharset, Refused("Content-Type: application/cloudevents+json; charset=utf-16", Written(Least)).Fault);
    }

    [Fact]
    public void H3_A_batch_may_be_empty_and_holds_its_events_in_order()
    {
        const string Batch = "Content-Type: application/cloudevents-batch+json";

        Assert.Empty(Decoded(Batch, "[]"));
        Assert.Equal(["1", "2"], Decoded(Batch, $"[{Written(Least)},{Written(Least with { Id = "2" })}]").Select(e => e.Id));
    }

    [Fact]
    public void H3_A_batch_of_mixed_versions_is_refused_with_the_index()
    {
        var error = Refused("Content-Type: application/cloudevents-batch+json", $"[{Written(Least)},{Written(Least).Replace("1.0", "0.3")}]");

        Assert.Equal(("/1/specversion", 1), (error.Path, error.Index));
    }

    [Fact]
    public void H4_The_content_type_is_the_datas_and_the_body_is_the_data()
    {
        var e = Only(LeastHeaders + "Content-Type: application/json; charset=utf-8", "{ \"a\":1.0 }");

        Assert.Equal(("application/json; charset=utf-8", "{ \"a\":1.0 }"), (e.DataContentType, e.Data.Text()));
        var sent = HttpEventEncoder.Binary(e);
        Assert.Equal(("application/json; charset=utf-8", "{ \"a\":1.0 }"), (sent.ContentType, Encoding.UTF8.GetString(sent.Body.Span)));
    }

    [Fact]
    public void H4_A_content_type_among_the_attributes_headers_is_refused() =>
        Assert.Equal(("/datacontenttype", CloudEventFault.AttributeName), Fault(LeastHeaders + "ce-datacontenttype: text/plain", ""));

    [Theory]
    [InlineData("xyz", "x", "/datacontenttype", CloudEventFault.AttributeValue)]
    [InlineData("application/json", "{", "/data", CloudEventFault.MalformedJson)]
    [InlineData("application/json", "{} {}", "/data", CloudEventFault.MalformedJson)]
    public void H4_A_body_is_what_its_content_type_says(string contentType, string body, string path, CloudEventFault fault) =>
        Assert.Equal((path, fault), Fault($"{LeastHeaders}Content-Type: {contentType}", body));

    [Fact]
    public void H4_A_content_type_given_twice_is_refused() =>
        Assert.Equal(
            ("/datacontenttype", CloudEventFault.RepeatedAttribute),
            Fault(LeastHeaders + "Content-Type: text/plain\nContent-Type: text/html", "x"));

    [Fact]
    public void H5_Without_a_content_type_the_data_are_bytes()
    {
        var e = Only(LeastHeaders, "{\"a\":1}");

        Assert.Equal((null, CloudEventDataKind.Binary), (e.DataContentType, e.Data!.Kind));
        Assert.Equal(With("\"data_base64\":\"eyJhIjoxfQ==\""), Written(e));
    }

    [Fact]
    public void H5_A_content_type_of_JSON_over_no_body_is_an_event_without_data() =>
        Assert.Equal(Least with { DataContentType = "application/json" }, Only(LeastHeaders + "Content-Type: application/json", ""));

    [Fact]
    public void H5_Text_is_text_where_it_is_UTF_8_and_bytes_elsewhere()
    {
        Assert.Equal(CloudEventDataKind.Text, Only(LeastHeaders + "Content-Type: text/plain", "größe").Data!.Kind);
        Assert.Equal(CloudEventDataKind.Binary, Only(LeastHeaders + "Content-Type: text/plain; charset=latin1", "x").Data!.Kind);
        Assert.Equal(CloudEventDataKind.Binary, Only(LeastHeaders + "Content-Type: application/json; charset=utf-16", "x").Data!.Kind);
        Assert.Equal(CloudEventDataKind.Binary, Only(LeastHeaders + "Content-Type: application/xml", "<a/>").Data!.Kind);
    }

    [Fact]
    public void H6_Every_attribute_has_its_header_and_comes_back_from_it()
    {
        var full = Least with
        {
            Subject = "Euro € 😀",
            Time = "2026-06-07T12:00:00.5+02:00",
            DataContentType = "text/plain",
            DataSchema = "https://example.org/schema%20x",
            Extensions = [new("ext", "a b"), new("other", "x")],
            Data = CloudEventData.Text("größe"),
        };
        var sent = HttpEventEncoder.Binary(full);

        Assert.Contains(new("ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80"), sent.Headers);
        Assert.All(sent.Headers, h => Assert.Matches("^ce-[a-z0-9]+$", h.Key));
        Assert.DoesNotContain(sent.Headers, h => h.Key == "ce-datacontenttype");
        Assert.Equal(full, Received(sent));
    }

    [Fact]
    public void H6_Names_of_headers_have_no_case() =>
        Assert.Equal("x", Only("CE-SpecVersion: 1.0\nCe-ID: 1\nCE-SOURCE: /hub\nce-Type: t\nCe-Ext: x", "")["ext"]);

    [Theory]
    [InlineData("ce-data")]
    [InlineData("ce-data_base64")]
    [InlineData("ce-bad-extension")]
    [InlineData("ce-my_ext")]
    [InlineData("ce-")]
    public void H6_A_header_that_names_no_attribute_is_refused(string header) =>
        Assert.Equal(("/" + header[3..], CloudEventFault.AttributeName), Fault($"{LeastHeaders}{header}: x", ""));

    [Theory]
    [InlineData("ce-ext: a\nce-ext: b")]
    [InlineData("ce-ext: a\nCE-Ext: a")]
    public void C5_A_header_stands_at_most_once(string headers) =>
        Assert.Equal(("/ext", CloudEventFault.RepeatedAttribute), Fault(LeastHeaders + headers, ""));

    [Fact]
    public void H7_A_trace_of_the_hop_is_no_attribute_of_the_event()
    {
        var e = Only(LeastHeaders + "traceparent: 00-hop\nce-traceparent: 00-start", "");

        Assert.Equal([new CloudEventExtension("traceparent", "00-start")], e.Extensions);
        Assert.Contains(new("ce-traceparent", "00-start"), HttpEventEncoder.Binary(e).Headers);
    }

    [Fact]
    public void H8_In_structured_mode_the_body_speaks_and_headers_are_passed_over()
    {
        Assert.Equal(Least, Only("Content-Type: application/cloudevents+json\nce-id: 2\nce-bad-name: x", Written(Least)));
        Assert.Equal(
            CloudEventFault.MissingAttribute,
            Refused(LeastHeaders + "Content-Type: application/cloudevents+json", """{"specversion":"1.0"}""").Fault);
    }

    [Fact]
    public void H9_What_is_sent_structured_bears_the_formats_media_type()
    {
        Assert.Equal("application/cloudevents+json; charset=utf-8", HttpEventEncoder.Structured(Least).ContentType);
        Assert.Equal("application/cloudevents-batch+json; charset=utf-8", HttpEventEncoder.Batch([Least]).ContentType);
        Assert.Equal(Least, Received(HttpEventEncoder.Structured(Least)));
        Assert.Equal(Least, Received(HttpEventEncoder.Batch([Least])));
    }

    [Fact]
    public void H10_Headers_of_any_message_are_taken_whatever_else_it_bears() =>
        Assert.Equal(Least, Only(":status: 500\nserver: x\nretry-after: 5\n" + LeastHeaders, ""));

    [Fact]
    public void H11_A_message_that_is_no_event_is_told_so()
    {
        var error = Refused("Content-Type: application/json\nAccept: */*", "{}");

        Assert.Equal((CloudEventFault.NotAnEvent, true), (error.Fault, error.IsAboutMediaType));
        Assert.Equal(CloudEventFault.NotAnEvent, Refused("", "").Fault);
    }

    [Theory]
    [InlineData("ce-id: 1\nce-source: /hub\nce-type: t", "/specversion", CloudEventFault.MissingAttribute)]
    [InlineData("ce-specversion: 0.3\nce-id: 1\nce-source: /hub\nce-type: t", "/specversion", CloudEventFault.SpecVersion)]
    [InlineData("ce-specversion: 1.0\nce-id:\nce-source: /hub\nce-type: t", "/id", CloudEventFault.AttributeValue)]
    [InlineData("ce-specversion: 1.0\nce-id: 1\nce-source: /hub\nce-type: t\nce-time: noon", "/time", CloudEventFault.AttributeValue)]
    public void H11_Half_an_event_is_a_bad_one(string headers, string path, CloudEventFault fault) =>
        Assert.Equal((path, fault), Fault(headers, ""));

    [Fact]
    public void J13_Data_may_be_as_deep_in_one_mode_as_in_another()
    {
        var deepest = new string('[', JsonEventFormatter.MaxDepth - 1) + new string(']', JsonEventFormatter.MaxDepth - 1);
        var e = Only(LeastHeaders + "Content-Type: application/json", deepest);

        Assert.Equal(e, Received(HttpEventEncoder.Structured(e)));
        Assert.Equal(e, Received(HttpEventEncoder.Batch([e])));
        Assert.Equal(("/data", CloudEventFault.MalformedJson), Fault(LeastHeaders + "Content-Type: application/json", $"[{deepest}]"));
        Assert.Equal(
            ("/0", CloudEventFault.MalformedJson),
            Fault("Content-Type: application/cloudevents-batch+json", $"[{With($"\"data\":[{deepest}]")}]"));
    }

    [Fact]
    public void Null_as_data_survives_every_mode()
    {
        var nothing = Least with { DataContentType = "application/json", Data = CloudEventData.Json("null"u8.ToArray()) };

        Assert.All(
            [HttpEventEncoder.Binary(nothing), HttpEventEncoder.Structured(nothing), HttpEventEncoder.Batch([nothing])],
            sent => Assert.Equal(nothing, Received(sent)));
    }

    [Fact]
    public void The_safest_mode_is_structured_where_headers_would_need_coding_or_the_data_would_be_lost()
    {
        var plain = Least with { Data = CloudEventData.Json("1"u8.ToArray()) };

        Assert.Equal(ContentMode.Binary, HttpEventEncoder.SafestMode(plain));
        Assert.All(
            [
                Least,
                plain with { Subject = "a b" },
                plain with { Source = "/a%20b" },
                plain with { Extensions = [new("ext", "ä")] },
                plain with { Extensions = [new("ext", CloudEventValue.Of(5))] },
                plain with { DataContentType = "text/plain; charset=latin1", Data = CloudEventData.Text("ä") },
            ],
            e => Assert.Equal(ContentMode.Structured, HttpEventEncoder.SafestMode(e)));
    }

    [Fact]
    public void Text_in_a_charset_it_is_not_held_in_is_not_sent_as_bytes() =>
        Assert.Throws<ArgumentException>(() => HttpEventEncoder.Binary(
            Least with { DataContentType = "text/plain; charset=latin1", Data = CloudEventData.Text("ä") }));

    private static CloudEvent Received(HttpEventMessage sent) => Assert.Single(Decoded(
        string.Concat(sent.Headers.Select(h => $"{h.Key}: {h.Value}\n")) + (sent.ContentType is null ? "" : $"Content-Type: {sent.ContentType}"), sent.Body));

    private static CloudEvent Only(string headers, string body) => Assert.Single(Decoded(headers, body));

    private static IReadOnlyList<CloudEvent> Decoded(string headers, string body) => Decoded(headers, Encoding.UTF8.GetBytes(body));

    private static IReadOnlyList<CloudEvent> Decoded(string headers, ReadOnlyMemory<byte> body) =>
        HttpEventDecoder.TryDecode(Lines(headers), body, out var events, out var error)
            ? events
            : throw new InvalidOperationException($"{error.Path}: {error.Detail}");

    private static CloudEventError Refused(string headers, string body)
    {
        Assert.False(HttpEventDecoder.TryDecode(Lines(headers), Encoding.UTF8.GetBytes(body), out var events, out var error));
        Assert.Null(events);
        return error;
    }

    private static (string Path, CloudEventFault Fault) Fault(string headers, string body) =>
        Refused(headers, body) is var error ? (error.Path, error.Fault) : default;

    // As a server hands them over: values of one spelling together, other spellings apart.
    private static IEnumerable<KeyValuePair<string, StringValues>> Lines(string headers) =>
        from line in headers.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let colon = line.IndexOf(':', 1)
        group line[(colon + 1)..].Trim() by line[..colon] into values
        select KeyValuePair.Create(values.Key, new StringValues([.. values]));
}
