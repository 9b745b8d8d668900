using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>What a key is asked to be; already checked for form.</summary>
public sealed record KeyRequest(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Sources);

/// <summary>What became of a request for a key: one of the records below.</summary>
public abstract record KeyAnswer
{
    private KeyAnswer()
    {
    }

    /// <param name="Text">The key itself, this once.</param>
    public sealed record Issued(ApiKey Key, string Text) : KeyAnswer;

    /// <summary>Another organisation already speaks for a source.</summary>
    /// <param name="At">Its place in the list.</param>
    public sealed record SourceTaken(int At) : KeyAnswer;

    public sealed record TooMany(int Most) : KeyAnswer;
}

/// <summary>
/// Issues and revokes keys and writes down who did it, in one transaction. A source belongs to the organisation that first
/// registered it for as long as one of its keys is live: nobody may speak in somebody else's name.
/// </summary>
public sealed class KeyDesk(SystemDb system, Tenant tenant, ApiKeys keys, OrganisationDesk desk, HubIdentity hub, IOptions<ApiKeyOptions> options)
{
    private const long SourceLock = 0x6B6579737263; // "keysrc"

    /// <summary>An organisation's live keys, oldest first.</summary>
    public Task<List<ApiKey>> ListAsync(Guid orgId, CancellationToken cancel) => tenant.RunAsync(orgId, services =>
        services.GetRequiredService<StatusDb>().ApiKeys.AsNoTracking().Where(k => k.OrgId == orgId && k.RevokedAt == null)
            .OrderBy(k => k.Id).Take(options.Value.MaxPerOrganisation).ToListAsync(cancel));

    public async Task<KeyAnswer> IssueAsync(KeyHolder by, Guid orgId, KeyRequest wanted, CancellationToken cancel)
    {
        await using var db = system.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({SourceLock})", cancel);
        if (await db.ApiKeys.CountAsync(k => k.OrgId == orgId && k.RevokedAt == null, cancel) >= options.Value.MaxPerOrganisation)
        {
            return new KeyAnswer.TooMany(options.Value.MaxPerOrganisation);
        }

        for (var i = 0; i < wanted.Sources.Count; i++)
        {
            var source = wanted.Sources[i];
            if (source == hub.Source || await db.ApiKeys.AnyAsync(k => k.OrgId != orgId && k.RevokedAt == null && k.Sources.Contains(source), cancel))
            {
                return new KeyAnswer.SourceTaken(i);
            }
        }

        var (key, text) = keys.Add(db, orgId, wanted.Name, wanted.Scopes, wanted.Sources);
        await db.SaveChangesAsync(cancel);
        await desk.RecordAsync(db, by, orgId, AuditActions.KeyIssued, key.Id.ToString(), $"{wanted.Name}: {string.Join(", ", wanted.Scopes)}", cancel);
        await transaction.CommitAsync(cancel);
        return new KeyAnswer.Issued(key, text);
    }

    /// <returns>False when the organisation has no such live key.</returns>
    public async Task<bool> RevokeAsync(KeyHolder by, Guid orgId, Guid keyId, CancellationToken cancel)
    {
        await using var db = system.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await keys.RevokeAsync(db, orgId, keyId, cancel))
        {
            return false;
        }

        await desk.RecordAsync(db, by, orgId, AuditActions.KeyRevoked, keyId.ToString(), null, cancel);
        await transaction.CommitAsync(cancel);
        keys.Forget();
        return true;
    }
}
