using StatusHub.Feed.CloudEvents.Filters.Cesql;

namespace StatusHub.Feed.CloudEvents.Filters;

/// <summary>
/// Which events a subscriber wants: the dialects every implementation of CloudEvents Subscriptions has. A value, total and
/// without cost beyond its size. An attribute that is not set matches nothing, so the negation of such a match holds.
/// </summary>
public abstract record CloudEventFilter
{
    private CloudEventFilter()
    {
    }

    /// <summary>What a subscription without filters wants.</summary>
    public static CloudEventFilter Everything { get; } = new All([]);

    public abstract bool Matches(CloudEvent cloudEvent);

    /// <summary>Every attribute named has exactly the value.</summary>
    public sealed record Exact(IReadOnlyList<KeyValuePair<string, string>> Attributes) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) =>
            Attributes.All(a => cloudEvent[a.Key] == a.Value);
    }

    /// <summary>Every attribute named begins with the value, case counting.</summary>
    public sealed record Prefix(IReadOnlyList<KeyValuePair<string, string>> Attributes) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) =>
            Attributes.All(a => cloudEvent[a.Key]?.StartsWith(a.Value, StringComparison.Ordinal) == true);
    }

    /// <summary>Every attribute named ends with the value, case counting.</summary>
    public sealed record Suffix(IReadOnlyList<KeyValuePair<string, string>> Attributes) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) =>
            Attributes.All(a => cloudEvent[a.Key]?.EndsWith(a.Value, StringComparison.Ordinal) == true);
    }

    public sealed record All(IReadOnlyList<CloudEventFilter> Filters) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) => Filters.All(f => f.Matches(cloudEvent));
    }

    public sealed record Any(IReadOnlyList<CloudEventFilter> Filters) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) => Filters.Any(f => f.Matches(cloudEvent));
    }

    public sealed record Not(CloudEventFilter Filter) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) => !Filter.Matches(cloudEvent);
    }

    /// <summary>An expression of CESQL. Unlike the others, it has no match where an attribute it compares is missing, negated or not.</summary>
    public sealed record Sql(CesqlExpression Expression) : CloudEventFilter
    {
        public override bool Matches(CloudEvent cloudEvent) => Expression.Evaluate(cloudEvent).Passes;
    }
}
