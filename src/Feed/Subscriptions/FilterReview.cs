using Microsoft.Extensions.Options;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Filters;
using StatusHub.Feed.Subscriptions.Formats;

namespace StatusHub.Feed.Subscriptions;

/// <param name="Mismatch">Why it would not be delivered; null when it would.</param>
public sealed record ReviewedEvent(LoggedEvent Logged, FilterMismatch? Mismatch);

/// <summary>Holds a subscription against what has already happened, so that its owner sees what it catches before the bad day does.</summary>
public sealed class FilterReview(LogTail tail, Readers readers, CloudEventJson json, PayloadFormats formats, IOptions<SubscriptionOptions> options)
{
    /// <summary>Most events one review reports on.</summary>
    public const int MaxEvents = 1_000;

    private const int PageSize = 500;

    /// <summary>The newest events the organisation may read, newest first, each with what the subscription makes of it.</summary>
    public async Task<IReadOnlyList<ReviewedEvent>> OfAsync(Subscription subscription, int last, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var definition = SubscriptionDefinition.Read(subscription.Definition);
        var reader = await readers.OfAsync(subscription.OrgId, cancel);
        var reviewed = new List<ReviewedEvent>();
        var below = tail.Position;
        var lowest = Math.Max(0, below - options.Value.MaxReviewScan);
        while (below > lowest && reviewed.Count < last)
        {
            var from = Math.Max(lowest, below - PageSize);
            var page = await tail.ReadAfterAsync(from, (int)(below - from), cancel);
            reviewed.AddRange(page.Where(l => l.Position <= below && SharingRules.MayRead(l.Event, reader)).OrderByDescending(l => l.Position)
                .Take(last - reviewed.Count).Select(l => new ReviewedEvent(l, Judge(definition, l))));
            below = from;
        }

        return reviewed;
    }

    private FilterMismatch? Judge(SubscriptionDefinition definition, LoggedEvent logged) =>
        definition.Explain(json.EventOf(logged))
        ?? (formats.Of(definition, logged) is null
            ? new FilterMismatch("/config/format", $"The format {definition.Format} has nothing to say about events of this type.")
            : null);
}
