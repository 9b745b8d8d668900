using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Syntax;
using static StatusHub.Unit.Feed.CloudEvents.Events;

namespace StatusHub.Unit.Feed.CloudEvents;

/// <summary>The rules of the specification itself, by their numbers.</summary>
public sealed class CoreRulesTests
{
    [Theory]
    [InlineData("specversion", """{"id":"1","source":"/hub","type":"t"}""")]
    [InlineData("id", """{"specversion":"1.0","source":"/hub","type":"t"}""")]
    [InlineData("source", """{"specversion":"1.0","id":"1","type":"t"}""")]
    [InlineData("type", """{"specversion":"1.0","id":"1","source":"/hub"}""")]
    public void C1_A_required_attribute_that_is_missing_is_named_and_never_invented(string name, string json) =>
        AssertRefused("/" + name, CloudEventFault.MissingAttribute, json);

    [Theory]
    [InlineData("id")]
    [InlineData("source")]
    [InlineData("type")]
    public void C1_A_required_attribute_is_not_empty(string name)
    {
        var json = """{"specversion":"1.0","id":"1","source":"/hub","type":"t"}""";
        var at = json.IndexOf($"\"{name}\":\"", StringComparison.Ordinal) + name.Length + 4;
        var emptied = json.Remove(at, json.IndexOf('"', at) - at);

        AssertRefused("/" + name, CloudEventFault.AttributeValue, emptied);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.3")]
    [InlineData("0.9")]
    [InlineData("1.0.2")]
    [InlineData("11.8")]
    public void C2_Any_version_but_the_one_spoken_is_refused(string version) =>
        AssertRefused("/specversion", CloudEventFault.SpecVersion, $$"""{"specversion":"{{version}}","id":"1","source":"/hub","type":"t"}""");

    [Fact]
    public void C2_What_is_written_bears_version_1_0() => Assert.StartsWith("""{"specversion":"1.0",""", Written(Least), StringComparison.Ordinal);

    [Fact]
    public void C3_Source_and_id_tell_events_apart_as_they_are_written()
    {
        var bare = Least with { Source = "https://example.org" };

        Assert.Equal(bare.Key, (bare with { Subject = "other" }).Key);
        Assert.NotEqual(bare.Key, (bare with { Source = "https://example.org/" }).Key);
        Assert.NotEqual(bare.Key, (bare with { Source = "https://EXAMPLE.org" }).Key);
    }

    [Theory]
    [InlineData("MyExtension")]
    [InlineData("my.extension")]
    [InlineData("my_extension")]
    [InlineData("größe")]
    [InlineData("")]
    public void C4_A_name_is_of_small_letters_and_digits(string name) =>
        AssertRefused("/" + name, CloudEventFault.AttributeName, With($"\"{name}\":\"x\""));

    [Fact]
    public void C4_A_name_may_be_longer_than_advised_and_begin_with_a_digit() =>
        Assert.Equal("x", Read(With("\"0averylongextensionnameindeed\":\"x\""))["0averylongextensionnameindeed"]);

    [Theory]
    [InlineData("data")]
    [InlineData("data_base64")]
    [InlineData("id")]
    public void C4_No_extension_is_named_data_or_like_a_core_attribute(string name) =>
        Assert.Equal(CloudEventFault.AttributeName, (Least with { Extensions = [new(name, "x")] }).Validate()?.Fault);

    [Theory]
    [InlineData("id", "\"id\":\"2\"")]
    [InlineData("id", "\"\\u0069d\":\"2\"")]
    [InlineData("ext", "\"ext\":1,\"ext\":1")]
    [InlineData("ext", "\"ext\":null,\"ext\":1")]
    [InlineData("data", "\"data\":1,\"data\":2")]
    [InlineData("data_base64", "\"data_base64\":null,\"data_base64\":\"\"")]
    public void C5_An_attribute_stands_at_most_once(string name, string members) =>
        AssertRefused("/" + name, CloudEventFault.RepeatedAttribute, With(members));

    [Fact]
    public void C5_A_repetition_is_found_among_many()
    {
        var many = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"ext{i}\":{i}"));

        Assert.Equal(40, Read(With(many)).Extensions.Count);
        AssertRefused("/ext30", CloudEventFault.RepeatedAttribute, With(many + ",\"ext30\":0"));
        Assert.Equal("/twice", (Least with { Extensions = [new("twice", "a"), new("twice", "b")] }).Validate()?.Path);
    }

    [Theory]
    [InlineData(CloudEventAttributeType.Boolean, "true", "false")]
    [InlineData(CloudEventAttributeType.Integer, "0", "-1", "2147483647", "-2147483648")]
    [InlineData(CloudEventAttributeType.Binary, "", "TWE=", "+/+/")]
    [InlineData(CloudEventAttributeType.Uri, "https://a.example", "urn:x:y", "mailto:a@b.example", "http://[2001:db8::1]:80/?q#f")]
    [InlineData(CloudEventAttributeType.UriReference, "/a/b", "a", "#f", "//authority/path", "?q", "1-555-123-4567", "./a:b", "http://[v1.x]/")]
    [InlineData(CloudEventAttributeType.Timestamp, "2026-06-07T12:00:00Z")]
    [InlineData(CloudEventAttributeType.String, "", "Euro € 😀")]
    public void C6_A_canonical_string_is_of_its_type(CloudEventAttributeType type, params string[] texts) =>
        Assert.All(texts, text => Assert.True(CanonicalText.Is(type, text), text));

    [Theory]
    [InlineData(CloudEventAttributeType.Boolean, "True", "FALSE", "1", "", " true")]
    [InlineData(CloudEventAttributeType.Integer, "+1", " 1", "1.5", "1,000", "2147483648", "", "-", "01", "1e3", "٣")]
    [InlineData(CloudEventAttributeType.Binary, "TWE", "TW E", "TWE=\n", "-_-_", "TW E=\r\n ")]
    [InlineData(CloudEventAttributeType.Uri, "", "/a/b", "//authority/path", "a", "1a:b", ":b", "https://exämple.org", "a:b c", "a:%zz", "a:%1")]
    [InlineData(CloudEventAttributeType.UriReference, "a b", "1a:b", ":a", "a%", "café", "http://[::1", "http://a:b/", "#a#b", "\\a", "http://[fe80::1%251]/")]
    public void C6_What_is_no_canonical_string_of_a_type_is_refused(CloudEventAttributeType type, params string[] texts) =>
        Assert.All(texts, text => Assert.False(CanonicalText.Is(type, text), text));

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\n")]
    [InlineData("\\u001F")]
    [InlineData("\\u007F")]
    [InlineData("\\u009F")]
    [InlineData("\\uFDD0")]
    [InlineData("\\uFDEF")]
    [InlineData("\\uFFFE")]
    [InlineData("\\uD83F\\uDFFF")]
    [InlineData("\\uDEAD")]
    [InlineData("\\uD83D")]
    public void C7_Controls_noncharacters_and_lone_surrogates_are_no_text(string escape)
    {
        AssertRefused("/subject", CloudEventFault.AttributeValue, With($"\"subject\":\"a{escape}\""));
        AssertRefused("/ext", CloudEventFault.AttributeValue, With($"\"ext\":\"a{escape}\""));
        Assert.Equal($"\"a{escape}\"", Read(With($"\"data\":\"a{escape}\"")).Data.Text());
    }

    [Fact]
    public void C7_A_member_name_that_is_no_text_is_refused_and_not_thrown() =>
        Assert.Equal(CloudEventFault.AttributeName, Refused(With("\"\\uDEAD\":1")).Fault);

    [Fact]
    public void C8_A_time_keeps_the_string_it_came_as_and_means_an_instant()
    {
        var e = Read(With("\"time\":\"2018-04-26T14:48:09+02:00\""));

        Assert.Equal("2018-04-26T14:48:09+02:00", e["time"]);
        Assert.Equal(new DateTimeOffset(2018, 4, 26, 12, 48, 9, TimeSpan.Zero), e.Instant);
        Assert.Contains("\"2018-04-26T14:48:09\\u002B02:00\"", Written(e), StringComparison.Ordinal);
    }

    [Fact]
    public void C8_Every_value_has_its_canonical_string()
    {
        var e = Read(With("\"flag\":true,\"number\":-5,\"text\":\"x\""));

        Assert.Equal(("true", "-5", "x", "1.0", null), (e["flag"], e["number"], e["text"], e["specversion"], e["absent"]));
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("")]
    [InlineData("text/")]
    [InlineData("/plain")]
    [InlineData("text/plain; charset")]
    [InlineData("text/plain charset=utf-8")]
    [InlineData("text/plain; a=1; A=2")]
    [InlineData("text/plain; a=\\\"open")]
    public void C9_A_content_type_is_of_RFC_2046(string type) =>
        AssertRefused("/datacontenttype", CloudEventFault.AttributeValue, With($"\"datacontenttype\":\"{type}\""));

    [Fact]
    public void C9_Names_in_a_content_type_have_no_case_and_it_may_stand_without_data()
    {
        Assert.True(MediaType.TryParse("text/plain; charset=utf-8", out var small));
        Assert.True(MediaType.TryParse("TEXT/Plain;CharSet=\"UTF-8\"", out var large));
        Assert.True(MediaType.TryParse("text/plain; charset=utf-16", out var other));
        Assert.Equal(small, large);
        Assert.NotEqual(small, other);
        Assert.Null(Read(With("\"datacontenttype\":\"TEXT/Plain; CharSet=utf-8\"")).Data);
    }

    [Theory]
    [InlineData("dataschema", "")]
    [InlineData("dataschema", "/a/b")]
    [InlineData("dataschema", "//authority/path")]
    [InlineData("subject", "")]
    public void C10_A_schema_is_absolute_and_neither_it_nor_a_subject_is_empty(string name, string value) =>
        AssertRefused("/" + name, CloudEventFault.AttributeValue, With($"\"{name}\":\"{value}\""));

    [Theory]
    [InlineData("lunchtime")]
    [InlineData("2018-04-05T18:31Z")]
    [InlineData("2018-04-05T18:31:00")]
    [InlineData("2018-04-05 18:31:00Z")]
    [InlineData("2018-04-05T18:31:00X")]
    [InlineData("2018-04-05T18:31:00+25:00")]
    [InlineData("2018-04-05T18:31:00+xx:00")]
    [InlineData("2018-04-05T18:31:00+05")]
    [InlineData("2018-04-05T18:31:00.Z")]
    [InlineData("2018-04-05T24:00:00Z")]
    [InlineData("2018-04-05T18:31:61Z")]
    [InlineData("2018-02-29T18:31:00Z")]
    [InlineData("2018-13-01T18:31:00Z")]
    [InlineData("2018-04-05T18:31:00Z ")]
    public void C11_What_RFC_3339_forbids_is_no_time(string time) =>
        AssertRefused("/time", CloudEventFault.AttributeValue, With($"\"time\":\"{time}\""));

    [Theory]
    [InlineData("2018-04-05t17:31:00z", "2018-04-05T17:31:00.0000000")]
    [InlineData("2018-04-05T17:31:00.123456789Z", "2018-04-05T17:31:00.1234567")]
    [InlineData("2018-04-05T17:31:00+23:59", "2018-04-04T17:32:00.0000000")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.9999999")]
    [InlineData("2020-02-29T00:00:00-01:30", "2020-02-29T01:30:00.0000000")]
    [InlineData("0000-02-29T00:00:00Z", "0001-01-01T00:00:00.0000000")]
    [InlineData("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59.9999999")]
    public void C11_What_RFC_3339_allows_is_a_time_kept_as_written_and_clamped_to_sort(string time, string instant)
    {
        var e = Read(With($"\"time\":\"{time}\""));

        Assert.Equal(time, e.Time);
        Assert.Equal(instant, e.Instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff"));
    }

    [Fact]
    public void C12_Extensions_are_written_beside_the_core_attributes() =>
        Assert.Equal(With("\"ext\":\"x\""), Written(Least with { Extensions = [new("ext", "x")] }));

    [Fact]
    public void C13_An_event_of_64_KiB_in_thousands_of_attributes_passes_whole()
    {
        const int Largest = 64 * 1024;
        var members = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"x{i}\":1"));
        var json = With(members + $",\"data\":\"{new string('d', Largest)}"[..(Largest - With(members).Length - 1)] + "\"");

        Assert.Equal(Largest, json.Length);
        Assert.Equal(json, Written(Read(json)));
    }

    [Fact]
    public void C15_What_is_not_known_passes_untouched()
    {
        const string Unknown = "\"severitynumber\":9,\"bamtxid\":\"x\",\"deprecated\":true,\"dssematerial\":\"bm90IGNoZWNrZWQ=\"";

        Assert.Equal(With(Unknown), Written(Read(With(Unknown))));
    }
}
