using System.Text.Json;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Filters;

namespace StatusHub.Unit.Feed.CloudEvents;

public sealed class FilterTests
{
    private static readonly CloudEvent Event = new()
    {
        Id = "1",
        Source = "https://hub.example",
        Type = "io.statushub.incident.v1",
        Subject = "openai/gpt-5",
        Extensions = [new("severitynumber", CloudEventValue.Of(17)), new("tlp", "clear")],
    };

    [Theory]
    [InlineData("""[{"exact":{"type":"io.statushub.incident.v1"}}]""")]
    [InlineData("""[{"exact":{"subject":"openai/gpt-5","tlp":"clear"}}]""")]
    [InlineData("""[{"exact":{"severitynumber":"17"}}]""")]
    [InlineData("""[{"exact":{"specversion":"1.0"}}]""")]
    [InlineData("""[{"prefix":{"type":"io.statushub.","subject":"openai/"}}]""")]
    [InlineData("""[{"suffix":{"type":".v1"}}]""")]
    [InlineData("""[{"all":[{"prefix":{"type":"io."}},{"suffix":{"type":"v1"}}]}]""")]
    [InlineData("""[{"any":[{"exact":{"type":"other"}},{"suffix":{"type":"v1"}}]}]""")]
    [InlineData("""[{"not":{"exact":{"type":"other"}}}]""")]
    [InlineData("""[{"prefix":{"type":"io."}},{"not":{"exact":{"tlp":"red"}}}]""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void An_event_a_filter_asks_for_matches(string filters) => Assert.True(Read(filters).Matches(Event));

    [Theory]
    [InlineData("""[{"exact":{"type":"io.statushub.incident"}}]""")]
    [InlineData("""[{"exact":{"type":"IO.statushub.incident.v1"}}]""")]
    [InlineData("""[{"exact":{"subject":"openai/gpt-5","tlp":"amber"}}]""")]
    [InlineData("""[{"prefix":{"type":"io.","subject":"anthropic/"}}]""")]
    [InlineData("""[{"prefix":{"type":"IO."}}]""")]
    [InlineData("""[{"suffix":{"type":".V1"}}]""")]
    [InlineData("""[{"all":[{"prefix":{"type":"io."}},{"suffix":{"type":"v2"}}]}]""")]
    [InlineData("""[{"any":[{"exact":{"type":"other"}},{"suffix":{"type":"v2"}}]}]""")]
    [InlineData("""[{"not":{"suffix":{"type":".v1"}}}]""")]
    [InlineData("""[{"prefix":{"type":"io."}},{"exact":{"tlp":"red"}}]""")]
    public void An_event_a_filter_does_not_ask_for_does_not(string filters) => Assert.False(Read(filters).Matches(Event));

    [Theory]
    [InlineData("exact")]
    [InlineData("prefix")]
    [InlineData("suffix")]
    public void An_attribute_that_is_not_set_matches_nothing_and_its_negation_holds(string dialect)
    {
        Assert.False(Read($"[{{\"{dialect}\":{{\"dataschema\":\"x\"}}}}]").Matches(Event));
        Assert.True(Read($"[{{\"not\":{{\"{dialect}\":{{\"dataschema\":\"x\"}}}}}}]").Matches(Event));
    }

    [Fact]
    public void A_subscription_without_filters_wants_everything()
    {
        Assert.True(FilterReader.TryRead(default, out var filter, out _));
        Assert.True(filter.Matches(Event));
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("[5]", "/0")]
    [InlineData("[{}]", "/0")]
    [InlineData("""[{"exact":{"id":"1"},"prefix":{"id":"1"}}]""", "/0")]
    [InlineData("""[{"exact":{"id":"1"}},{"glob":{"id":"*"}}]""", "/1/glob")]
    [InlineData("""[{"exact":{}}]""", "/0/exact")]
    [InlineData("""[{"exact":"id"}]""", "/0/exact")]
    [InlineData("""[{"exact":{"id":""}}]""", "/0/exact/id")]
    [InlineData("""[{"exact":{"id":5}}]""", "/0/exact/id")]
    [InlineData("""[{"exact":{"id":"\uDEAD"}}]""", "/0/exact/id")]
    [InlineData("""[{"exact":{"":"x"}}]""", "/0/exact/")]
    [InlineData("""[{"exact":{"a/b":"x"}}]""", "/0/exact/a~1b")]
    [InlineData("""[{"exact":{"id":"1","id":"2"}}]""", "/0/exact/id")]
    [InlineData("""[{"exact":{"\uDEAD":"x"}}]""", "/0/exact/")]
    [InlineData("""[{"\uDEAD":{"id":"1"}}]""", "/0/")]
    [InlineData("""[{"all":[]}]""", "/0/all")]
    [InlineData("""[{"any":{"exact":{"id":"1"}}}]""", "/0/any")]
    [InlineData("""[{"not":[{"exact":{"id":"1"}}]}]""", "/0/not")]
    [InlineData("""[{"any":[{"exact":{"id":"1"}},{"not":{"suffix":{"id":null}}}]}]""", "/0/any/1/not/suffix/id")]
    public void What_is_no_filter_is_refused_with_its_place(string filters, string path) => Assert.Equal(path, Refused(filters).Path);

    [Fact]
    public void Filters_are_bounded_in_depth_and_in_number()
    {
        static string Nested(int nots) =>
            $"[{string.Concat(Enumerable.Repeat("{\"not\":", nots))}{{\"exact\":{{\"id\":\"1\"}}}}{new string('}', nots)}]";
        static string Many(int filters) => $"[{string.Join(',', Enumerable.Repeat("{\"exact\":{\"id\":\"1\"}}", filters))}]";

        Assert.NotNull(Read(Nested(FilterReader.MaxDepth - 1)));
        Assert.Contains("deep", Refused(Nested(FilterReader.MaxDepth)).Detail, StringComparison.Ordinal);
        Assert.NotNull(Read(Many(FilterReader.MaxParts / 2)));
        Assert.Contains("At most", Refused(Many((FilterReader.MaxParts / 2) + 1)).Detail, StringComparison.Ordinal);
    }

    private static CloudEventFilter Read(string filters)
    {
        using var json = JsonDocument.Parse(filters);
        Assert.True(FilterReader.TryRead(json.RootElement, out var filter, out var error), error?.Detail);
        return filter;
    }

    private static FilterError Refused(string filters)
    {
        using var json = JsonDocument.Parse(filters);
        Assert.False(FilterReader.TryRead(json.RootElement, out _, out var error));
        return error;
    }
}
