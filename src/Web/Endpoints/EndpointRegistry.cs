using Microsoft.EntityFrameworkCore;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Probes.Scheduling;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Endpoints;

/// <summary>
/// An organisation's endpoints: what the REST API and the console both use. Works on the organisation in
/// <see cref="OrgScope"/>, which row-level security enforces below; without one it finds nothing and refuses to create.
/// </summary>
public sealed class EndpointRegistry(StatusDb db, OrgScope scope, Clocks clocks, CredentialVault vault, EndpointProbing probing)
{
    /// <summary>Most endpoints one organisation may have.</summary>
    public const int MaxPerOrganisation = 10_000;

    /// <summary>All of the organisation's endpoints, by model, then by age.</summary>
    public async Task<IReadOnlyList<Endpoint>> ListAsync(CancellationToken cancel) =>
        await Own().AsNoTracking().OrderBy(e => e.Model).ThenBy(e => e.CreatedAt).Take(MaxPerOrganisation).ToListAsync(cancel);

    public async Task<Endpoint?> FindAsync(Guid id, CancellationToken cancel) =>
        await Own().AsNoTracking().FirstOrDefaultAsync(e => e.Id == id, cancel);

    /// <returns><see cref="EndpointAnswer.Created"/> or <see cref="EndpointAnswer.Invalid"/>.</returns>
    public async Task<EndpointAnswer> CreateAsync(EndpointRequest request, CancellationToken cancel)
    {
        var orgId = scope.OrgId ?? throw new InvalidOperationException("An endpoint belongs to an organisation, and none is set.");
        var errors = EndpointRules.Check(request);
        if (errors.Count == 0 && await Own().CountAsync(cancel) >= MaxPerOrganisation)
        {
            errors.Add(new("", "quota", $"An organisation has at most {MaxPerOrganisation} endpoints."));
        }

        if (errors.Count > 0)
        {
            return new EndpointAnswer.Invalid(errors);
        }

        var now = clocks.Now;
        var endpoint = new Endpoint
        {
            OrgId = orgId,
            Id = Guid.CreateVersion7(now),
            Model = ModelId.Parse(request.Model!),
            Dialect = request.Dialect!,
            Url = request.Url!,
            CreatedAt = now,
        };
        Apply(request, endpoint);
        endpoint.Credential = Seal(request.Credential);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AddToCatalogueAsync(endpoint.Model, now, cancel);
        db.Endpoints.Add(endpoint);
        await db.SaveChangesAsync(cancel);
        await DeclareDomainsAsync(endpoint.Model, cancel);
        await transaction.CommitAsync(cancel);
        return new EndpointAnswer.Created(endpoint);
    }

    /// <summary>Replaces everything but the credential, which stays when none is given and the address keeps its origin.</summary>
    /// <returns><see cref="EndpointAnswer.Changed"/>, <see cref="EndpointAnswer.Invalid"/> or <see cref="EndpointAnswer.NotFound"/>.</returns>
    public async Task<EndpointAnswer> ReplaceAsync(Guid id, EndpointRequest request, CancellationToken cancel)
    {
        var endpoint = await Own().FirstOrDefaultAsync(e => e.Id == id, cancel);
        if (endpoint is null)
        {
            return new EndpointAnswer.NotFound();
        }

        var errors = EndpointRules.Check(request);

        // Whoever may move an endpoint but does not know its key must not get it sent to an address of their own.
        if (errors.Count == 0 && endpoint.Credential is not null && request.Credential is null && !SameOrigin(endpoint.Url, request.Url!))
        {
            errors.Add(new("/credential", "required", "Give the credential again when the url moves to another host."));
        }

        if (errors.Count > 0)
        {
            return new EndpointAnswer.Invalid(errors);
        }

        endpoint.Model = ModelId.Parse(request.Model!);
        endpoint.Dialect = request.Dialect!;
        endpoint.Url = request.Url!;
        Apply(request, endpoint);
        endpoint.Credential = request.Credential is null ? endpoint.Credential : Seal(request.Credential);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AddToCatalogueAsync(endpoint.Model, clocks.Now, cancel);
        await db.SaveChangesAsync(cancel);
        await DeclareDomainsAsync(endpoint.Model, cancel);
        await transaction.CommitAsync(cancel);
        return new EndpointAnswer.Changed(endpoint);
    }

    /// <returns>False when there is no such endpoint.</returns>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancel) =>
        await Own().Where(e => e.Id == id).ExecuteDeleteAsync(cancel) == 1;

    /// <summary>Stops probing an endpoint until it is resumed.</summary>
    /// <param name="because">Why, in words for its owner; cut at <see cref="EndpointRules.MaxPauseReasonLength"/> characters.</param>
    /// <returns>False when there is no such endpoint.</returns>
    public async Task<bool> PauseAsync(Guid id, string because, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(because);
        DateTimeOffset? now = clocks.Now;
        var reason = because.Length > EndpointRules.MaxPauseReasonLength ? because[..EndpointRules.MaxPauseReasonLength] : because;
        return await Own().Where(e => e.Id == id)
            .ExecuteUpdateAsync(e => e.SetProperty(p => p.PausedAt, now).SetProperty(p => p.PausedBecause, reason), cancel) == 1;
    }

    /// <returns>False when there is no such endpoint.</returns>
    public async Task<bool> ResumeAsync(Guid id, CancellationToken cancel) =>
        await Own().Where(e => e.Id == id)
            .ExecuteUpdateAsync(e => e.SetProperty(p => p.PausedAt, (DateTimeOffset?)null).SetProperty(p => p.PausedBecause, (string?)null), cancel) == 1;

    /// <summary>Probes an endpoint outside its schedule; null when there is no such endpoint.</summary>
    public async Task<ProbeOutcome?> ProbeNowAsync(Guid id, CancellationToken cancel) =>
        scope.OrgId is { } orgId && await Own().AnyAsync(e => e.Id == id, cancel) ? await probing.ProbeNowAsync(orgId, id, cancel) : null;

    private IQueryable<Endpoint> Own() => db.Endpoints.Where(e => e.OrgId == scope.OrgId);

    private byte[]? Seal(string? credential) => string.IsNullOrEmpty(credential) ? null : vault.Seal(credential);

    private static void Apply(EndpointRequest request, Endpoint endpoint)
    {
        endpoint.WireModel = request.WireModel;
        endpoint.Region = request.Region ?? "default";
        endpoint.IntervalSeconds = request.IntervalSeconds ?? 32;
        endpoint.Probe = request.Probe is { } probe ? EndpointRules.Rungs[probe] : ProbeRung.ContentCheck;
        endpoint.Domains = request.Domains is { } domains ? [.. domains.Distinct(StringComparer.Ordinal)] : [];
        var usual = new ProbeBudget();
        endpoint.Budget = new ProbeBudget
        {
            MaxOutputTokens = request.MaxOutputTokens ?? usual.MaxOutputTokens,
            ProbesPerDay = request.ProbesPerDay ?? usual.ProbesPerDay,
        };
    }

    private async Task AddToCatalogueAsync(ModelId model, DateTimeOffset now, CancellationToken cancel)
    {
        var providerName = CatalogueNames.FromId(model.Provider);
        var modelName = CatalogueNames.FromId(model.Name);
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO providers (id, name) VALUES ({model.Provider}, {providerName}) ON CONFLICT DO NOTHING", cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO models (id, provider_id, name, created_at, domains)
             VALUES ({model.Value}, {model.Provider}, {modelName}, {now.ToUniversalTime()}, ARRAY[]::text[]) ON CONFLICT DO NOTHING
             """, cancel);
    }

    /// <summary>
    /// The operator's endpoints declare the failure domains of a model for everybody; what another organisation writes stays its own,
    /// because it would change others' incidents.
    /// </summary>
    private async Task DeclareDomainsAsync(ModelId model, CancellationToken cancel)
    {
        if (!await db.Organisations.AnyAsync(o => o.Id == scope.OrgId && o.Slug == Organisation.OperatorSlug, cancel))
        {
            return;
        }

        var declared = (await Own().Where(e => e.Model == model).Select(e => e.Domains).ToListAsync(cancel)).SelectMany(d => d).Distinct(StringComparer.Ordinal).ToArray();
        await db.Models.Where(m => m.Id == model).ExecuteUpdateAsync(m => m.SetProperty(p => p.Domains, declared), cancel);
    }

    private static bool SameOrigin(string one, string other) =>
        Uri.Compare(new Uri(one), new Uri(other), UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
