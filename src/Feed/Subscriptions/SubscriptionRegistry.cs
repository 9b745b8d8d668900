using Microsoft.Extensions.Options;
using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Webhooks;
using StatusHub.Feed.Webhooks.Consent;

namespace StatusHub.Feed.Subscriptions;

/// <summary>What owners and receivers do with subscriptions. Every change is made on what is stored now, and made again when somebody was faster.</summary>
public sealed class SubscriptionRegistry(
    SubscriptionStore store, DeliveryStands stands, EventLog log, SealedSecrets secrets, ConsentHandshake handshake, DeliveryBell bell, Clocks clocks,
    IOptions<SubscriptionOptions> options)
{
    private const int MaxTries = 20;

    private static readonly SubscriptionAnswer NoSuch = new SubscriptionAnswer.NoSuch();

    public async Task<SubscriptionAnswer> CreateAsync(Guid orgId, SubscriptionWish wish, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (await PlaceAsync(wish.StartAfter, cancel) is not { } position)
        {
            return new SubscriptionAnswer.BeyondTheEnd();
        }

        var now = clocks.Now;
        var secret = WebhookSecret.Generate();
        var made = new Subscription
        {
            OrgId = orgId,
            Id = Guid.CreateVersion7(now),
            Definition = wish.Json,
            State = SubscriptionState.Active,
            StateAt = now,
            Secrets = secrets.Seal(SignatureSecrets.Of(secret)),
            Credential = Sealed(wish),
            CreatedAt = now,
            UpdatedAt = now,
        };
        var token = ConsentRules.NewToken();
        var asks = SubscriptionRules.AsksConsent(SubscriptionDefinition.Read(wish.Json));
        made = asks ? Awaiting(made, token) : made;
        if (!await store.TryAddAsync(made, position, options.Value.MaxPerOrganisation, options.Value.MaxAwaitingConsent, cancel))
        {
            return new SubscriptionAnswer.Full();
        }

        bell.Ring();
        var answer = asks ? await AskAsync(made, token, cancel) : new SubscriptionAnswer.Done(made);
        return answer is SubscriptionAnswer.Done done ? done with { Secret = secret } : answer;
    }

    public async Task<SubscriptionAnswer> ReplaceAsync(Guid orgId, Guid id, SubscriptionWish wish, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var token = ConsentRules.NewToken();
        var credential = Sealed(wish);
        var next = SubscriptionDefinition.Read(wish.Json);
        var answer = await ChangeAsync(orgId, id, s =>
        {
            var replaced = SubscriptionRules.Replaced(s, wish, credential, clocks.Now);
            return SubscriptionRules.NeedsConsent(s, next) ? Awaiting(replaced, token) : replaced;
        }, cancel);
        return await AskedAsync(answer, token, cancel);
    }

    public Task<bool> DeleteAsync(Guid orgId, Guid id, CancellationToken cancel) => store.DeleteAsync(orgId, id, cancel);

    /// <summary>A new signing secret; the one before stays valid for <see cref="SignatureSecrets.Overlap"/>.</summary>
    public async Task<SubscriptionAnswer> RotateAsync(Guid orgId, Guid id, CancellationToken cancel)
    {
        var secret = WebhookSecret.Generate();
        var isFull = false;
        var answer = await ChangeAsync(orgId, id, s =>
        {
            var rotated = secrets.Open(s.Secrets) is { } present ? present.Rotate(secret, clocks.Now) : SignatureSecrets.Of(secret);
            isFull = rotated is null;
            return rotated is null ? null : s with { Secrets = secrets.Seal(rotated), UpdatedAt = clocks.Now };
        }, cancel);
        return isFull ? new SubscriptionAnswer.TooManySecrets()
            : answer is SubscriptionAnswer.Done done ? done with { Secret = secret }
            : answer;
    }

    /// <summary>Moves where delivery goes on, back or forward; not before what the log still holds.</summary>
    public async Task<SubscriptionAnswer> ReplayAsync(Guid orgId, Guid id, long after, CancellationToken cancel) =>
        await store.FindAsync(orgId, id, cancel) is not { } found ? NoSuch
        : await PlaceAsync(after, cancel) is not { } position ? new SubscriptionAnswer.BeyondTheEnd()
        : await stands.MoveAsync(orgId, id, position, cancel) ? new SubscriptionAnswer.Done(found)
        : NoSuch;

    /// <summary>Delivers again from where it stands, at once; asks the receiver first where it has not consented, or had said that it is gone.</summary>
    public async Task<SubscriptionAnswer> EnableAsync(Guid orgId, Guid id, CancellationToken cancel)
    {
        var token = ConsentRules.NewToken();
        var answer = await ChangeAsync(orgId, id, s =>
        {
            var asks = SubscriptionRules.AsksConsent(SubscriptionDefinition.Read(s.Definition)) && (s.ConsentToken is not null || s.State == SubscriptionState.Ended);
            var enabled = SubscriptionRules.InState(s, SubscriptionState.Active, because: null, clocks.Now);
            return asks ? Awaiting(enabled, token) : enabled;
        }, cancel);
        await stands.RefreshAsync(orgId, id, cancel);
        return await AskedAsync(answer, token, cancel);
    }

    public Task<SubscriptionAnswer> DisableAsync(Guid orgId, Guid id, CancellationToken cancel) =>
        ChangeAsync(orgId, id, s => SubscriptionRules.InState(s, SubscriptionState.Disabled, "Stopped by its owner.", clocks.Now), cancel);

    /// <summary>A receiver consents later, by the address it was given.</summary>
    /// <param name="allowedRate">Deliveries a minute it allows; null for as many as were asked for.</param>
    /// <returns>False for a token that is none, was used or has run out.</returns>
    public async Task<bool> ConsentAsync(string token, int? allowedRate, CancellationToken cancel)
    {
        if (!ConsentRules.IsToken(token) || await store.FindByConsentTokenAsync(ConsentRules.HashOf(token), cancel) is not { } found)
        {
            return false;
        }

        var isGiven = false;
        var hash = ConsentRules.HashOf(token);
        var answer = await ChangeAsync(found.OrgId, found.Id, s =>
        {
            isGiven = s.ConsentToken.AsSpan().SequenceEqual(hash) && s.ConsentUntil > clocks.Now;
            return isGiven ? SubscriptionRules.Consented(s, allowedRate ?? options.Value.RequestedRate, clocks.Now) : null;
        }, cancel);
        return isGiven && answer is SubscriptionAnswer.Done;
    }

    private Subscription Awaiting(Subscription s, string token) =>
        SubscriptionRules.Awaiting(s, ConsentRules.HashOf(token), clocks.Now.AddDays(options.Value.ConsentDays), clocks.Now);

    private byte[]? Sealed(SubscriptionWish wish) => wish.Authorization is { } authorization ? secrets.Seal(authorization) : null;

    private async Task<SubscriptionAnswer> AskedAsync(SubscriptionAnswer answer, string token, CancellationToken cancel) =>
        answer is SubscriptionAnswer.Done { Subscription: { State: SubscriptionState.AwaitingConsent } waiting } ? await AskAsync(waiting, token, cancel) : answer;

    private async Task<SubscriptionAnswer> AskAsync(Subscription waiting, string token, CancellationToken cancel)
    {
        var said = await handshake.AskAsync(SubscriptionDefinition.Read(waiting.Definition).Sink, token, options.Value.RequestedRate, cancel);
        var hash = ConsentRules.HashOf(token);
        return await ChangeAsync(waiting.OrgId, waiting.Id, s =>
            !s.ConsentToken.AsSpan().SequenceEqual(hash) ? null // consented meanwhile by the other way, or changed again
            : said.IsGiven ? SubscriptionRules.Consented(s, said.AllowedRate, clocks.Now)
            : s with { StateBecause = said.Because }, cancel);
    }

    /// <param name="change">Null for nothing to change.</param>
    private async Task<SubscriptionAnswer> ChangeAsync(Guid orgId, Guid id, Func<Subscription, Subscription?> change, CancellationToken cancel)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await store.FindAsync(orgId, id, cancel) is not { } present)
            {
                return NoSuch;
            }

            if (change(present) is not { } changed)
            {
                return new SubscriptionAnswer.Done(present);
            }

            if (await store.UpdateAsync(changed, cancel))
            {
                bell.Ring();
                return new SubscriptionAnswer.Done(changed with { Version = changed.Version + 1 });
            }
        }

        return new SubscriptionAnswer.Busy();
    }

    /// <summary>Where to start for a wish to start behind a position; null when there is no such place yet.</summary>
    private async Task<long?> PlaceAsync(long? after, CancellationToken cancel)
    {
        var head = await log.HeadAsync(cancel);
        return after is not { } wanted ? head
            : wanted > head ? null
            : Math.Max(wanted, await log.OldestAsync(cancel) - 1);
    }
}
