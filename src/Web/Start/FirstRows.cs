using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Feed.Peering;

namespace StatusHub.Web.Start;

/// <summary>What a hub needs before it can work: its identity, the operator's organisation, and the endpoints it was told to watch.</summary>
public sealed class FirstRows(
    Settings settings, HubIdentity identity, HubKeys keys, SystemDb system, DemoWorld demo, ConfigFile config, Clocks clocks, IOptions<HubOptions> hub)
{
    public async Task EnsureAsync(CancellationToken cancel)
    {
        var (source, _) = await settings.AddAsync(Settings.HubId, $"urn:uuid:{Guid.CreateVersion7(clocks.Now)}", cancel);
        identity.Take(source);
        await keys.EnsureAsync(cancel);
        var orgId = await EnsureOperatorAsync(cancel);
        if (hub.Value.Simulator is { Length: > 0 } simulator)
        {
            await demo.EnsureAsync(orgId, new Uri(simulator), cancel);
        }

        if (hub.Value.Config is { Length: > 0 } file)
        {
            await config.ApplyAsync(orgId, file, cancel);
        }
    }

    private async Task<Guid> EnsureOperatorAsync(CancellationToken cancel)
    {
        await using var db = system.Open();
        var org = await db.Organisations.SingleOrDefaultAsync(o => o.Slug == Organisation.OperatorSlug, cancel);
        if (org is null)
        {
            org = new Organisation { Id = Guid.CreateVersion7(clocks.Now), Slug = Organisation.OperatorSlug, Name = hub.Value.Name, CreatedAt = clocks.Now };
            db.Organisations.Add(org);
            await db.SaveChangesAsync(cancel);
        }

        return org.Id;
    }
}
