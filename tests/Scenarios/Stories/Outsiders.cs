using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;
using StatusHub.Support;
using StatusHub.Support.Stories;

namespace StatusHub.Scenarios.Stories;

/// <summary>Organisations and hubs outside, and what they send of one model.</summary>
internal sealed class Outsiders(StatusHubApp app, string model)
{
    private int _sent;

    /// <summary>An event as it stands in the log, marked clear unless it is said otherwise.</summary>
    /// <param name="path">The hubs it came through; null for none.</param>
    /// <param name="id">A fresh one unless it is given.</param>
    public HubEvent Event(
        Guid orgId, string type, JsonObject data, DateTimeOffset? at = null, bool drill = false, string? path = null, string? id = null, string mark = "clear")
    {
        var time = at ?? app.Clock.GetUtcNow();
        List<CloudEventExtension> extensions = [new("tlp", mark)];
        if (drill)
        {
            extensions.Add(new("drill", CloudEventValue.Of(true)));
        }

        if (path is not null)
        {
            extensions.Add(new("hubpath", path));
        }

        var made = new CloudEvent
        {
            Id = id ?? $"{++_sent}",
            Source = "/sender",
            Type = type,
            Subject = model,
            Time = CloudEventJson.TimeOf(time),
            Extensions = extensions,
            Data = CloudEventData.Json(Encoding.UTF8.GetBytes(data.ToJsonString())),
        };
        return new HubEvent(made.Id, made.Source, type, model, time, orgId, mark, default) { Envelope = JsonEventFormatter.EncodeStructuredModeMessage(made) };
    }

    /// <summary>Sends events in the order given, by whom they are, and waits until they are weighed.</summary>
    public async Task SendAsync(IReadOnlyList<HubEvent> events, CancellationToken cancel)
    {
        foreach (var org in events.GroupBy(e => e.OrgId))
        {
            foreach (var some in org.Chunk(2_000))
            {
                Assert.IsType<InboxAnswer.Stored>(await app.Services.GetRequiredService<EventInbox>().AddAsync(some, sameIdIsSame: false));
            }
        }

        var head = await app.Services.GetRequiredService<EventLog>().HeadAsync(cancel);
        await Patience.UntilAsync("the evidence is weighed", () => app.Services.GetRequiredService<OutsideSummaries>().PositionAsync(cancel), position => position >= head);
    }

    public async Task<IReadOnlyList<Guid>> OrganisationsAsync(int count, CancellationToken cancel)
    {
        var now = app.Clock.GetUtcNow();
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        var orgs = Enumerable.Range(0, count).Select(i => new Organisation { Id = Guid.CreateVersion7(now.AddSeconds(i)), Slug = $"tenant-{i}", Name = $"Tenant {i}", CreatedAt = now }).ToList();
        db.Organisations.AddRange(orgs);
        await db.SaveChangesAsync(cancel);
        return [.. orgs.Select(o => o.Id)];
    }

    public async Task AnswersForAsync(Guid orgId, string provider, CancellationToken cancel)
    {
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        await db.Providers.Where(p => p.Id == provider).ExecuteUpdateAsync(set => set.SetProperty(p => p.AnsweredBy, orgId), cancel);
    }

    /// <summary>An agreement of the operator's with another hub.</summary>
    /// <returns>Its short id.</returns>
    public async Task<string> PeerAsync(Guid operatorId, string hub, CancellationToken cancel)
    {
        var now = app.Clock.GetUtcNow();
        var peer = new Peer
        {
            OrgId = operatorId,
            Id = Guid.CreateVersion7(now),
            Name = hub,
            Url = $"https://{hub}.example",
            Hub = $"urn:statushub:{hub}",
            Feed = $"https://{hub}.example/feed",
            Direction = PeerDirection.Pull,
            Gives = PeerTerms.Public,
            Accepts = PeerTerms.Public,
            KeyId = Guid.CreateVersion7(now),
            State = PeerState.Paused, // what it says is put in here; nobody is to be called
            CreatedAt = now,
            UpdatedAt = now,
        };
        Assert.True(await app.Services.GetRequiredService<PeerStore>().AddAsync(peer, cancel));
        return peer.ShortId;
    }

    /// <summary>The organisation that runs this hub.</summary>
    public async Task<Guid> OperatorAsync(CancellationToken cancel)
    {
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        return await db.Organisations.Where(o => o.Slug == Organisation.OperatorSlug).Select(o => o.Id).SingleAsync(cancel);
    }

    public async Task<IReadOnlyList<OutsideSummary>> SummariesAsync(CancellationToken cancel) =>
        [.. (await app.Services.GetRequiredService<OutsideSummaries>().ReadAsync(app.Clock.GetUtcNow(), cancel)).Where(s => s.Model.Value == model)];
}
