using System.Collections.Immutable;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>
/// What one probing node can reach: by provider, the latest probe that got through and the latest that failed on the network. It tells a
/// provider's network fault from our own.
/// </summary>
public sealed record Vantage
{
    public static Vantage Empty { get; } = new();

    /// <summary>A provider not probed for so long says nothing about the network now.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    /// <summary>With one provider there is nobody to compare with: its network failures count after so long without a success.</summary>
    public static readonly TimeSpan AlonePatience = TimeSpan.FromSeconds(60);

    /// <summary>From so many providers on, one may still be reached (a model in the own house) while the uplink is down.</summary>
    private const int ManyProviders = 4;

    private ImmutableDictionary<string, Contact> Contacts { get; init; } = ImmutableDictionary<string, Contact>.Empty;

    /// <param name="ReachedBy">Start of the latest probe that got through.</param>
    /// <param name="FailedAt">When the latest network failure became known.</param>
    private sealed record Contact(DateTimeOffset? ReachedBy, DateTimeOffset? ReachedAt, DateTimeOffset? FailedAt)
    {
        public bool IsFailing => FailedAt is { } failed && !(ReachedAt >= failed);

        public DateTimeOffset Latest => ReachedAt > FailedAt || FailedAt is null ? ReachedAt ?? DateTimeOffset.MinValue : FailedAt.Value;
    }

    /// <summary>The vantage after one more probe.</summary>
    public Vantage Observe(ProbeOutcome outcome)
    {
        var old = Contacts.GetValueOrDefault(outcome.Model.Provider) ?? new(null, null, null);
        var next = IsReached(outcome)
            ? old with { ReachedBy = Later(old.ReachedBy, outcome.StartedAt), ReachedAt = Later(old.ReachedAt, outcome.At) }
            : FailureClasses.BlameOf(outcome.Failure) == Blame.Network ? old with { FailedAt = Later(old.FailedAt, outcome.At) } : old;
        return next == old ? this : this with { Contacts = Contacts.SetItem(outcome.Model.Provider, next) };
    }

    /// <summary>Whether it is our own network that is down: no provider, or of four and more at most one, is reached.</summary>
    public bool IsDown(DateTimeOffset now)
    {
        var recent = Contacts.Values.Where(c => now - c.Latest <= Memory).ToList();
        var reached = recent.Count(c => !c.IsFailing);
        return recent.Count >= 2 && reached <= (recent.Count >= ManyProviders ? 1 : 0);
    }

    /// <summary>
    /// Whether a network failure of a provider is proved not to be ours: two other providers (or the only other one) were reached by probes
    /// that started after it, or nobody else is there to ask and it has stood for <see cref="AlonePatience"/>.
    /// </summary>
    public bool IsProvidersOwn(string provider, DateTimeOffset startedAt, DateTimeOffset now)
    {
        var others = Contacts.Where(c => c.Key != provider && now - c.Value.Latest <= Memory).ToList();
        return others.Count == 0
            ? now - startedAt >= AlonePatience
            : others.Count(c => c.Value.ReachedBy > startedAt) >= Math.Min(2, others.Count);
    }

    /// <summary>
    /// Any HTTP answer or finished TLS handshake proves the way there; a bare connection does too, unless the exchange then broke on the
    /// network: a dying uplink's own router completes connections only to reset them.
    /// </summary>
    private static bool IsReached(ProbeOutcome outcome) =>
        outcome.Succeeded || outcome.HttpStatus is not null || outcome.Timings.HeadersMs is not null || outcome.Timings.TlsMs is not null
        || (outcome.Timings.ConnectMs is not null && FailureClasses.BlameOf(outcome.Failure) != Blame.Network);

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}
