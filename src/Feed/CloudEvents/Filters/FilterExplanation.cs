using StatusHub.Feed.CloudEvents.Filters.Cesql;

namespace StatusHub.Feed.CloudEvents.Filters;

/// <summary>Why an event did not pass, for the one who wrote the filter.</summary>
/// <param name="Path">RFC 6901 pointer to the filter that failed, below <c>filters</c>: <c>/0/any</c>.</param>
public sealed record FilterMismatch(string Path, string Because);

/// <summary>Walks a filter as it is matched, and stops where it fails.</summary>
public static class FilterExplanation
{
    private const int MaxShownValue = 100;

    /// <param name="filter">The whole of a subscription's filters.</param>
    /// <returns>Null when the event passes.</returns>
    public static FilterMismatch? Of(CloudEventFilter filter, CloudEvent cloudEvent) => filter is CloudEventFilter.All all
        ? First(all.Filters, cloudEvent, "")
        : One(filter, cloudEvent, "");

    private static FilterMismatch? First(IReadOnlyList<CloudEventFilter> filters, CloudEvent e, string path) =>
        filters.Select((f, i) => One(f, e, $"{path}/{i}")).FirstOrDefault(m => m is not null);

    private static FilterMismatch? One(CloudEventFilter filter, CloudEvent e, string path) => filter switch
    {
        _ when filter.Matches(e) => null,
        CloudEventFilter.Exact(var conditions) => Condition(conditions, e, path + "/exact", (found, wanted) => found == wanted, "is not"),
        CloudEventFilter.Prefix(var conditions) => Condition(
            conditions, e, path + "/prefix", (found, wanted) => found.StartsWith(wanted, StringComparison.Ordinal), "does not begin with"),
        CloudEventFilter.Suffix(var conditions) => Condition(
            conditions, e, path + "/suffix", (found, wanted) => found.EndsWith(wanted, StringComparison.Ordinal), "does not end with"),
        CloudEventFilter.All(var filters) => First(filters, e, path + "/all"),
        CloudEventFilter.Any(var filters) => new(path + "/any", $"None of the {filters.Count} matches; the last because: {One(filters[^1], e, path)?.Because}"),
        CloudEventFilter.Not => new(path + "/not", "The filter inside matches."),
        CloudEventFilter.Sql(var expression) => new(path + "/sql", Expression(expression, e)),
        _ => new(path, "It does not match."),
    };

    private static FilterMismatch? Condition(
        IReadOnlyList<KeyValuePair<string, string>> conditions, CloudEvent e, string path, Func<string, string, bool> holds, string fails)
    {
        var (name, wanted) = conditions.First(c => e[c.Key] is not { } value || !holds(value, c.Value));
        return new($"{path}/{name}", e[name] is { } found
            ? $"{name} is \"{Shown(found)}\", which {fails} \"{Shown(wanted)}\"."
            : $"The event has no attribute {name}.");
    }

    /// <summary>Of a conjunction the first part that does not hold, down to a single comparison.</summary>
    private static string Expression(CesqlExpression expression, CloudEvent e)
    {
        while (expression is CesqlExpression.Binary { Operator: CesqlOperator.And } and)
        {
            expression = and.Left.Evaluate(e).Passes ? and.Right : and.Left;
        }

        var text = Shown(expression.ToString());
        return expression.Evaluate(e).Fault switch
        {
            CesqlFault.None => $"{text} is not true.",
            CesqlFault.MissingAttribute => $"{text}: the event has no attribute {Missing(expression, e)}.",
            CesqlFault.Cast => $"{text}: a value is not of the type it is compared with.",
            _ => $"{text} cannot be worked out.",
        };
    }

    private static string? Missing(CesqlExpression expression, CloudEvent e) =>
        expression.All.OfType<CesqlExpression.Attribute>().FirstOrDefault(a => e[a.Name] is null)?.Name;

    private static string Shown(string value) => value.Length <= MaxShownValue ? value : value[..MaxShownValue] + "…";
}
