using System.Text.Json;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Filters;

namespace StatusHub.Unit.Feed.CloudEvents;

public sealed class FilterExplanationTests
{
    private static readonly CloudEvent Incident = new() { Id = "1", Source = "urn:hub", Type = "io.statushub.incident.v1", Subject = "openai/gpt-6" };

    [Theory]
    [InlineData("""[{"exact":{"type":"io.statushub.incident.v1","subject":"openai/gpt-5"}}]""", "/0/exact/subject", """subject is "openai/gpt-6", which is not "openai/gpt-5".""")]
    [InlineData("""[{"exact":{"drill":"true"}}]""", "/0/exact/drill", "The event has no attribute drill.")]
    [InlineData("""[{"exact":{"id":"1"}},{"prefix":{"subject":"anthropic/"}}]""", "/1/prefix/subject", """subject is "openai/gpt-6", which does not begin with "anthropic/".""")]
    [InlineData("""[{"suffix":{"type":".v2"}}]""", "/0/suffix/type", """type is "io.statushub.incident.v1", which does not end with ".v2".""")]
    [InlineData("""[{"not":{"exact":{"id":"1"}}}]""", "/0/not", "The filter inside matches.")]
    [InlineData("""[{"all":[{"exact":{"id":"1"}},{"all":[{"exact":{"id":"2"}}]}]}]""", "/0/all/1/all/0/exact/id", """id is "1", which is not "2".""")]
    [InlineData("""[{"any":[{"exact":{"id":"2"}},{"exact":{"id":"3"}}]}]""", "/0/any", """None of the 2 matches; the last because: id is "1", which is not "3".""")]
    [InlineData("""[{"sql":"id = '1' AND subject LIKE 'anthropic/%'"}]""", "/0/sql", "(subject LIKE 'anthropic/%') is not true.")]
    [InlineData("""[{"sql":"severitynumber > 8"}]""", "/0/sql", "(severitynumber > 8): the event has no attribute severitynumber.")]
    [InlineData("""[{"cesql":"subject > 8"}]""", "/0/sql", "(subject > 8): a value is not of the type it is compared with.")]
    public void It_names_the_part_that_failed_and_why(string filters, string path, string because)
    {
        Assert.Equal(new FilterMismatch(path, because), FilterExplanation.Of(Read(filters), Incident));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"sql":"subject LIKE 'openai/%' AND EXISTS type"},{"not":{"exact":{"drill":"true"}}}]""")]
    public void What_passes_needs_no_explanation(string filters)
    {
        var filter = Read(filters);
        Assert.True(filter.Matches(Incident));
        Assert.Null(FilterExplanation.Of(filter, Incident));
    }

    [Theory]
    [InlineData("""[{"sql":"id ="}]""", "/0/sql", "At character 5: ")]
    [InlineData("""[{"sql":7}]""", "/0/sql", "An expression of CESQL")]
    [InlineData("""[{"sql":""}]""", "/0/sql", "An expression of CESQL")]
    [InlineData("""[{"any":[{"sql":"NOSUCH() = 1"}]}]""", "/0/any/0/sql", "There is no function NOSUCH of 0 arguments.")]
    [InlineData("""[{"sql":"Type = 'x'"}]""", "/0/sql", "Attributes are named in lower case")]
    [InlineData("""[{"sql":"LENGTH(id)"}]""", "/0/sql", "The expression gives no true or false.")]
    public void An_expression_that_could_never_match_is_refused(string filters, string path, string detail)
    {
        using var json = JsonDocument.Parse(filters);
        Assert.False(FilterReader.TryRead(json.RootElement, out _, out var error));
        Assert.Equal(path, error.Path);
        Assert.StartsWith(detail, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_expressions_cost_as_much_as_many_filters()
    {
        var sql = string.Join(',', Enumerable.Repeat("""{"sql":"id = '1'"}""", FilterReader.MaxParts / 4));
        Assert.NotNull(Read($"[{sql}]"));
        using var json = JsonDocument.Parse($$"""[{{sql}},{"exact":{"id":"1"} }]""");
        Assert.False(FilterReader.TryRead(json.RootElement, out _, out _));
    }

    private static CloudEventFilter Read(string filters)
    {
        using var json = JsonDocument.Parse(filters);
        return FilterReader.TryRead(json.RootElement, out var filter, out var error) ? filter : throw new FormatException($"{error.Path}: {error.Detail}");
    }
}
