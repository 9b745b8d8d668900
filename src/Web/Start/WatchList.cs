using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using Endpoint = StatusHub.Domain.Catalog.Endpoint;

namespace StatusHub.Web.Start;

/// <summary>One endpoint to watch, as a demo world or a file names it.</summary>
/// <param name="Key">Tells it from the organisation's others; stays the same when the rest changes.</param>
public sealed record Watched(
    string Key, ModelId Model, string ModelName, string ProviderName, string Dialect, string Url, string? WireModel, string? Credential,
    string Region, int IntervalSeconds, ProbeRung Probe, IReadOnlyList<string> Domains);

/// <summary>
/// Makes the catalogue and the endpoints that came from a list equal to that list; endpoints keep their id and so their history, and
/// one no longer listed is gone. What people added by hand is left alone.
/// </summary>
public sealed class WatchList(SystemDb system, Settings settings, CredentialVault vault, Clocks clocks)
{
    /// <param name="name">Tells this list from others, so that each takes away only what it brought.</param>
    public async Task ApplyAsync(Guid orgId, string name, IReadOnlyList<Watched> list, CancellationToken cancel)
    {
        var setting = $"watch-list/{name}";
        var brought = (await settings.FindAsync(setting, cancel))?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse).ToHashSet() ?? [];
        var listed = list.Select(w => IdOf(orgId, w.Key)).ToHashSet();
        brought.ExceptWith(listed);
        await using var db = system.Open();
        await db.Endpoints.Where(e => e.OrgId == orgId && brought.Contains(e.Id)).ExecuteDeleteAsync(cancel);
        await PutAsync(db, orgId, list, cancel);
        await settings.PutAsync(setting, string.Join(' ', listed), cancel);
    }

    private async Task PutAsync(StatusDb db, Guid orgId, IReadOnlyList<Watched> list, CancellationToken cancel)
    {
        var providers = await db.Providers.ToDictionaryAsync(p => p.Id, cancel);
        var models = await db.Models.ToDictionaryAsync(m => m.Id, cancel);
        var domains = await db.FailureDomains.Select(d => d.Id).ToHashSetAsync(cancel);
        foreach (var watched in list)
        {
            if (!providers.TryGetValue(watched.Model.Provider, out var provider))
            {
                provider = new Provider { Id = watched.Model.Provider, Name = watched.ProviderName };
                db.Providers.Add(providers[provider.Id] = provider);
            }

            if (!models.TryGetValue(watched.Model, out var model))
            {
                model = new AiModel { Id = watched.Model, ProviderId = watched.Model.Provider, Name = watched.ModelName, CreatedAt = clocks.Now };
                db.Models.Add(models[model.Id] = model);
            }

            provider.Name = watched.ProviderName;
            model.Name = watched.ModelName;
            model.Domains = [.. list.Where(w => w.Model == watched.Model).SelectMany(w => w.Domains).Distinct(StringComparer.Ordinal)];
            foreach (var domain in watched.Domains.Where(domains.Add))
            {
                db.FailureDomains.Add(new FailureDomain { Id = domain, Name = domain });
            }

            await PutEndpointAsync(db, orgId, watched, cancel);
        }

        await db.SaveChangesAsync(cancel);
    }

    private async Task PutEndpointAsync(StatusDb db, Guid orgId, Watched watched, CancellationToken cancel)
    {
        var id = IdOf(orgId, watched.Key);
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(e => e.OrgId == orgId && e.Id == id, cancel);
        if (endpoint is null)
        {
            endpoint = new Endpoint
            {
                OrgId = orgId,
                Id = id,
                Model = watched.Model,
                Dialect = watched.Dialect,
                Url = watched.Url,
                CreatedAt = clocks.Now,
            };
            db.Endpoints.Add(endpoint);
        }

        endpoint.Model = watched.Model;
        endpoint.Dialect = watched.Dialect;
        endpoint.Url = watched.Url;
        endpoint.WireModel = watched.WireModel;
        endpoint.Credential = watched.Credential is { } credential ? vault.Seal(credential) : null;
        endpoint.Region = watched.Region;
        endpoint.IntervalSeconds = watched.IntervalSeconds;
        endpoint.Probe = watched.Probe;
        endpoint.Domains = [.. watched.Domains];
    }

    // The same name in the same organisation is the same endpoint, whichever node reads the list first.
    internal static Guid IdOf(Guid orgId, string key)
    {
        var hash = SHA256.HashData([.. orgId.ToByteArray(), .. Encoding.UTF8.GetBytes(key)]);
        return new Guid(hash.AsSpan(0, 16));
    }
}
