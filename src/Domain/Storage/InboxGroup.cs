using StatusHub.Domain.Events;

namespace StatusHub.Domain.Storage;

/// <summary>What one sender wants stored: all of it or nothing.</summary>
/// <param name="Events">Of one organisation, each with its envelope.</param>
/// <param name="SameIdIsSame">A known source and id counts as known whatever the content.</param>
internal sealed record InboxRequest(IReadOnlyList<HubEvent> Events, bool SameIdIsSame)
{
    public long Bytes { get; } = Events.Sum(e => (long)e.Envelope!.Value.Length);
}

/// <summary>What tells one event from another in the log.</summary>
internal readonly record struct EventKey(Guid OrgId, string Source, string Id)
{
    public static EventKey Of(HubEvent e) => new(e.OrgId ?? Guid.Empty, e.Source, e.Id);
}

/// <summary>Which events of several requests are new, and what each sender is to be told once they are committed: pure.</summary>
/// <param name="Answers">In the order of the requests.</param>
/// <param name="Fresh">To be appended, in order, each key once.</param>
internal sealed record InboxGroup(IReadOnlyList<InboxAnswer> Answers, IReadOnlyList<HubEvent> Fresh)
{
    /// <param name="isKnownSame">
    /// For an event that stood in the log before: whether it is the same as this one. Null for one that did not.
    /// </param>
    public static InboxGroup Of(IReadOnlyList<InboxRequest> requests, Func<HubEvent, bool?> isKnownSame)
    {
        var count = requests.Sum(r => r.Events.Count);
        var taken = new Dictionary<EventKey, HubEvent>(count);
        var answers = new List<InboxAnswer>(requests.Count);
        var fresh = new List<HubEvent>(count);
        foreach (var request in requests)
        {
            var before = fresh.Count;
            answers.Add(Take(request, isKnownSame, taken, fresh));
            if (answers[^1] is InboxAnswer.Conflict)
            {
                fresh.Skip(before).ToList().ForEach(e => taken.Remove(EventKey.Of(e)));
                fresh.RemoveRange(before, fresh.Count - before);
            }
        }

        return new InboxGroup(answers, fresh);
    }

    private static InboxAnswer Take(InboxRequest request, Func<HubEvent, bool?> isKnownSame, Dictionary<EventKey, HubEvent> taken, List<HubEvent> fresh)
    {
        var before = fresh.Count;
        for (var i = 0; i < request.Events.Count; i++)
        {
            var e = request.Events[i];
            var same = isKnownSame(e);
            if (same is null && taken.TryAdd(EventKey.Of(e), e))
            {
                fresh.Add(e);
            }
            else if (!request.SameIdIsSame && !(same ?? IsSame(e, taken[EventKey.Of(e)])))
            {
                return new InboxAnswer.Conflict(i);
            }
        }

        return new InboxAnswer.Stored(fresh.Count - before);
    }

    private static bool IsSame(HubEvent e, HubEvent other) => e.Envelope!.Value.Span.SequenceEqual(other.Envelope!.Value.Span);
}
