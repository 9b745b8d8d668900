using System.Text.Json;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Peering;

/// <param name="ValidUntil">Null for the current key; for a replaced one the instant from which it no longer counts.</param>
public sealed record HubKey(WebhookPublicKey Public, WebhookKeyPair? Pair, DateTimeOffset? ValidUntil);

/// <summary>
/// The hub's own ed25519 keys: made at first start, the private halves sealed in the settings, the current one first. Empty where
/// <see cref="Ed25519.IsSupported"/> is false: such a hub signs with shared secrets alone.
/// </summary>
public sealed class HubKeys(Settings settings, PeerSecrets secrets, Clocks clocks, IOptions<PeeringOptions> options)
{
    /// <summary>Replaced keys that may be valid at a time: each costs every delivery a signature.</summary>
    public const int MaxReplaced = 3;

    private const string Setting = "hub-keys";

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private volatile Known? _known;

    /// <summary>Makes the first key unless there is one.</summary>
    public async Task EnsureAsync(CancellationToken cancel)
    {
        if (Ed25519.IsSupported && await settings.FindAsync(Setting, cancel) is null)
        {
            await settings.AddAsync(Setting, JsonSerializer.Serialize(new[] { Keep(WebhookKeyPair.Generate(), null) }, Json), cancel);
        }

        await AtAsync(cancel);
    }

    /// <summary>The keys that count now, the current one first.</summary>
    public async ValueTask<IReadOnlyList<HubKey>> AtAsync(CancellationToken cancel)
    {
        if (_known is not { } known || clocks.Real.GetElapsedTime(known.At) >= Remembered)
        {
            known = await RenewAsync(cancel);
        }

        return [.. known.Keys.Where(Counts)];
    }

    /// <summary>
    /// What a delivery is signed with: every key that counts, so that a peer holding any of them can check it.
    /// Empty before the first reading, which the start does.
    /// </summary>
    public IReadOnlyList<WebhookKeyPair> Signing => [.. (_known?.Keys ?? []).Where(Counts).Select(k => k.Pair).OfType<WebhookKeyPair>()];

    /// <summary>Replaces the current key; the old one stays valid for <see cref="PeeringOptions.KeyOverlapHours"/>.</summary>
    /// <returns>False where keys cannot be made, and when <see cref="MaxReplaced"/> replaced ones still count.</returns>
    public async Task<bool> RotateAsync(CancellationToken cancel)
    {
        List<HubKey> keys = [.. (await RenewAsync(cancel)).Keys.Where(Counts)];
        if (!Ed25519.IsSupported || keys.Count > MaxReplaced)
        {
            return false;
        }

        var until = clocks.Real.GetUtcNow().AddHours(options.Value.KeyOverlapHours);
        var kept = keys.Select(k => new Kept(k.Public.Text, k.Pair is null ? "" : Sealed(k.Pair), k.ValidUntil ?? until));
        await settings.PutAsync(Setting, JsonSerializer.Serialize(kept.Prepend(Keep(WebhookKeyPair.Generate(), null)), Json), cancel);
        await RenewAsync(cancel);
        return true;
    }

    // Replaced whole, never emptied: between the two a delivery would go out unsigned.
    private async Task<Known> RenewAsync(CancellationToken cancel) => _known = new Known(await ReadAsync(cancel), clocks.Real.GetTimestamp());

    private bool Counts(HubKey key) => key.ValidUntil is not { } until || clocks.Real.GetUtcNow() < until;

    private async Task<IReadOnlyList<HubKey>> ReadAsync(CancellationToken cancel)
    {
        var text = await settings.FindAsync(Setting, cancel);
        var kept = text is null ? [] : JsonSerializer.Deserialize<List<Kept>>(text, Json)!;
        var keys = new List<HubKey>();
        foreach (var (publicHalf, privateHalf, until) in kept)
        {
            if (WebhookPublicKey.TryParse(publicHalf, out var key))
            {
                // A private half that cannot be opened signs nothing; a rotation mends it.
                _ = WebhookKeyPair.TryParse(secrets.Open(Convert.FromBase64String(privateHalf)), out var pair);
                keys.Add(new HubKey(key, pair, until));
            }
        }

        return keys;
    }

    private Kept Keep(WebhookKeyPair pair, DateTimeOffset? until) => new(pair.Public.Text, Sealed(pair), until);

    private string Sealed(WebhookKeyPair pair) => Convert.ToBase64String(secrets.Seal(pair.Reveal()));

    private sealed record Kept(string Public, string Sealed, DateTimeOffset? ValidUntil);

    private sealed record Known(IReadOnlyList<HubKey> Keys, long At);
}
