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

/// <summary>Makes the catalogue and an organisation's endpoints equal to a list; endpoints keep their id and so their history.</summary>
public sealed class WatchList(SystemDb system, CredentialVault vault, Clocks clocks)
{
    public async Task ApplyAsync(Guid orgId, IReadOnlyList<Watched> list, CancellationToken cancel)
    {
        await using var db = system.Open();
        var providers = await db.Providers.ToDictionaryAsync(p => p.Id, cancel);
        var models = await db.Models.ToDictionaryAsync(m => m.Id, cancel);
        var domains = await db.FailureDomains.Select(d => d.Id).ToHashSetAsync(cancel);
        foreach (var watched in list)
        {
            if (!providers.ContainsKey(watched.Model.Provider))
            {
                var provider = new Provider { Id = watched.Model.Provider, Name = watched.ProviderName };
                db.Providers.Add(providers[provider.Id] = provider);
            }

            if (!models.TryGetValue(watched.Model, out var model))
            {
                model = new AiModel { Id = watched.Model, ProviderId = watched.Model.Provider, Name = watched.ModelName, CreatedAt = clocks.Now };
                db.Models.Add(models[model.Id] = model);
            }

            model.Domains = [.. watched.Domains];
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
    private static Guid IdOf(Guid orgId, string key)
    {
        var hash = SHA256.HashData([.. orgId.ToByteArray(), .. Encoding.UTF8.GetBytes(key)]);
        return new Guid(hash.AsSpan(0, 16));
    }
}
