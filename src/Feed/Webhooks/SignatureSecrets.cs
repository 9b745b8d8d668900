namespace StatusHub.Feed.Webhooks;

/// <param name="ValidUntil">Null for the current secret; for a replaced one the instant from which it no longer counts.</param>
public sealed record DatedSecret(WebhookSecret Secret, DateTimeOffset? ValidUntil);

/// <summary>The secrets of one subscription: the current one first, then replaced ones that receivers may still hold.</summary>
public sealed record SignatureSecrets(IReadOnlyList<DatedSecret> Newest)
{
    /// <summary>Replaced secrets that may be valid at a time: each costs every delivery a signature.</summary>
    public const int MaxReplaced = 10;

    /// <summary>How long a replaced secret still signs.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public static SignatureSecrets Of(WebhookSecret secret) => new([new DatedSecret(secret, null)]);

    /// <summary>What a delivery attempted now is signed with, newest first.</summary>
    public IReadOnlyList<WebhookSecret> At(DateTimeOffset now)
    {
        var valid = new List<WebhookSecret>(Newest.Count);
        for (var i = 0; i < Newest.Count; i++)
        {
            if (IsValid(Newest[i], now))
            {
                valid.Add(Newest[i].Secret);
            }
        }

        return valid;
    }

    /// <summary>The secrets after a change: the old one stays valid for <see cref="Overlap"/>, outlived ones are dropped.</summary>
    /// <returns>Null when <see cref="MaxReplaced"/> replaced secrets are still valid: try again when one has run out.</returns>
    public SignatureSecrets? Rotate(WebhookSecret next, DateTimeOffset now)
    {
        var kept = Newest.Where(s => IsValid(s, now)).Select(s => s with { ValidUntil = s.ValidUntil ?? now + Overlap }).ToList();
        return kept.Count > MaxReplaced ? null : new SignatureSecrets([new DatedSecret(next, null), .. kept]);
    }

    private static bool IsValid(DatedSecret secret, DateTimeOffset now) => secret.ValidUntil is not { } end || now < end;
}
