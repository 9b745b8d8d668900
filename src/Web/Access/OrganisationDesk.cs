using Microsoft.EntityFrameworkCore;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Web.Access;

/// <summary>Organisations and what they answer for, written down with who did it. Who may ask for what is the caller's to decide.</summary>
public sealed class OrganisationDesk(SystemDb system, Clocks clocks)
{
    private const long SlugLock = 0x6F7267736C7567; // "orgslug"

    public async Task<Organisation?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var db = system.Open();
        return await db.Organisations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == id, cancel);
    }

    public async Task<Organisation?> FindAsync(string slug, CancellationToken cancel)
    {
        await using var db = system.Open();
        return await db.Organisations.AsNoTracking().FirstOrDefaultAsync(o => o.Slug == slug, cancel);
    }

    /// <summary>Organisations by slug.</summary>
    /// <param name="after">Only those behind this slug; empty for the first.</param>
    public async Task<IReadOnlyList<Organisation>> ListAsync(string after, int limit, CancellationToken cancel)
    {
        await using var db = system.Open();
        return await db.Organisations.AsNoTracking().Where(o => string.Compare(o.Slug, after) > 0).OrderBy(o => o.Slug).Take(limit).ToListAsync(cancel);
    }

    /// <returns>Null when the slug is taken.</returns>
    public async Task<Organisation?> CreateAsync(KeyHolder by, string slug, string name, CancellationToken cancel)
    {
        await using var db = system.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({SlugLock})", cancel);
        if (await db.Organisations.AnyAsync(o => o.Slug == slug, cancel))
        {
            return null;
        }

        var made = new Organisation { Id = Guid.CreateVersion7(clocks.Now), Slug = slug, Name = name, CreatedAt = clocks.Now };
        db.Organisations.Add(made);
        await db.SaveChangesAsync(cancel);
        await RecordAsync(db, by, made.Id, AuditActions.OrganisationCreated, slug, null, cancel);
        await transaction.CommitAsync(cancel);
        return made;
    }

    /// <summary>Every provider with the slug of the organisation that answers for it, by id.</summary>
    public async Task<IReadOnlyList<(Provider Provider, string? AnsweredBy)>> ProvidersAsync(CancellationToken cancel)
    {
        await using var db = system.Open();
        var slugs = await db.Organisations.AsNoTracking()
            .Where(o => db.Providers.Any(p => p.AnsweredBy == o.Id)).ToDictionaryAsync(o => o.Id, o => o.Slug, cancel);
        var providers = await db.Providers.AsNoTracking().OrderBy(p => p.Id).ToListAsync(cancel);
        return [.. providers.Select(p => (p, p.AnsweredBy is { } org ? slugs.GetValueOrDefault(org) : null))];
    }

    /// <param name="organisation">Who answers for it from now on; null for nobody.</param>
    /// <returns>The provider, or null when there is none with this id.</returns>
    public async Task<Provider?> AnswerForAsync(KeyHolder by, string providerId, Organisation? organisation, CancellationToken cancel)
    {
        await using var db = system.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var provider = await db.Providers.FirstOrDefaultAsync(p => p.Id == providerId, cancel);
        if (provider is null)
        {
            return null;
        }

        var before = provider.AnsweredBy;
        provider.AnsweredBy = organisation?.Id;
        await db.SaveChangesAsync(cancel);
        foreach (var concerned in new[] { before, provider.AnsweredBy }.OfType<Guid>().Append(by.OrgId).Distinct())
        {
            await Audit.AddAsync(db, Entry(by, concerned, AuditActions.ProviderAnswered, providerId, organisation?.Slug ?? "nobody"), cancel);
        }

        await transaction.CommitAsync(cancel);
        return provider;
    }

    /// <summary>An entry for whom it concerns, and for whoever did it when that is somebody else.</summary>
    internal async Task RecordAsync(StatusDb db, KeyHolder by, Guid orgId, string action, string what, string? detail, CancellationToken cancel)
    {
        foreach (var concerned in new[] { orgId, by.OrgId }.Distinct())
        {
            await Audit.AddAsync(db, Entry(by, concerned, action, what, detail), cancel);
        }
    }

    private AuditEntry Entry(KeyHolder by, Guid orgId, string action, string what, string? detail) =>
        new(orgId, Guid.CreateVersion7(clocks.Now), clocks.Now, by.OrgId, by.KeyId, action, what, detail);
}
