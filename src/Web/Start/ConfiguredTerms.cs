using System.Text.Json;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Web.Contracts;
using StatusHub.Web.Endpoints;
using StatusHub.Web.Fallback;

namespace StatusHub.Web.Start;

/// <summary>
/// Plans and objectives of the configuration file: each is known by its name, what the file no longer lists is gone, and what people
/// added by hand is left alone unless the file says otherwise.
/// </summary>
public sealed class ConfiguredTerms(PlanStore plans, ObjectiveStore objectives, BurnBook burn, Settings settings, Clocks clocks)
{
    internal sealed record Terms(IReadOnlyList<FallbackPlan> Plans, IReadOnlyList<Objective> Objectives);

    private delegate T? Reader<T>(JsonElement root, Guid orgId, Guid id, DateTimeOffset createdAt, DateTimeOffset now, List<InputError> errors);

    /// <exception cref="InvalidOperationException">The file says something impossible; the message names line and remedy.</exception>
    internal Terms Read(Guid orgId, ConfigTree tree)
    {
        var terms = new Terms(
            Read<FallbackPlan>(tree, "plans", orgId, clocks.Now, PlanInput.Read), Read<Objective>(tree, "objectives", orgId, clocks.Now, ObjectiveInput.Read));
        return terms.Plans.GroupBy(p => p.Primary).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw tree.Wrong("/plans", $"There are two plans for {twice.Key}; one for each primary.") : terms;
    }

    internal async Task PutAsync(Guid orgId, Terms terms, CancellationToken cancel)
    {
        await PutPlansAsync(orgId, terms.Plans, cancel);
        await PutObjectivesAsync(orgId, terms.Objectives, cancel);
    }

    private static List<T> Read<T>(ConfigTree tree, string name, Guid orgId, DateTimeOffset now, Reader<T> read)
        where T : class
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. tree.List(name).Select((item, i) =>
        {
            var (errors, called) = (new List<InputError>(), NameOf(item));
            var one = read(item, orgId, WatchList.IdOf(orgId, $"config/{name}/{called}"), now, now, errors);
            return one is null ? throw tree.Wrong($"/{name}/{i}", errors)
                : names.Add(called) ? one : throw tree.Wrong($"/{name}/{i}/name", "Another is called the same; give each a name of its own.");
        })];
    }

    private static string NameOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";

    private async Task PutPlansAsync(Guid orgId, IReadOnlyList<FallbackPlan> wanted, CancellationToken cancel)
    {
        var (kept, listed) = (await plans.ListAsync(orgId, cancel), wanted.Select(p => p.Id).ToHashSet());
        var gone = await GoneAsync("config/plans", listed, cancel);
        foreach (var other in kept.Where(k => gone.Contains(k.Id) || (!listed.Contains(k.Id) && wanted.Any(p => p.Primary == k.Primary))))
        {
            await plans.DeleteAsync(orgId, other.Id, Actor.Hub, cancel);
        }

        foreach (var (plan, before) in wanted.Select(p => (p, kept.FirstOrDefault(k => k.Id == p.Id))).Where(p => p.Item2 is null || Text(p.p) != Text(p.Item2)))
        {
            var written = before is null ? await plans.AddAsync(plan, Actor.Hub, cancel) : await plans.ReplaceAsync(plan with { CreatedAt = before.CreatedAt }, Actor.Hub, cancel);
            // Another node that starts with the same file may have been a moment faster.
            Demand(written == PlanWritten.Done || await plans.FindAsync(orgId, plan.Id, cancel) is not null, $"The plan {plan.Name} of the configuration file cannot be kept: {written}.");
        }

        await settings.PutAsync("config/plans", string.Join(' ', listed), cancel);
    }

    private async Task PutObjectivesAsync(Guid orgId, IReadOnlyList<Objective> wanted, CancellationToken cancel)
    {
        var (kept, listed) = (await objectives.ListAsync(orgId, cancel), wanted.Select(o => o.Id).ToHashSet());
        foreach (var gone in await GoneAsync("config/objectives", listed, cancel))
        {
            await burn.DeleteAsync(orgId, gone, Actor.Hub, cancel);
        }

        foreach (var (objective, before) in wanted.Select(o => (o, kept.FirstOrDefault(k => k.Objective.Id == o.Id)?.Objective)).Where(o => o.Item2 is null || o.o.Name != o.Item2.Name || !o.o.AsksTheSameAs(o.Item2)))
        {
            var written = before is null ? await objectives.AddAsync(objective, Actor.Hub, cancel) : await burn.ReplaceAsync(objective with { CreatedAt = before.CreatedAt }, Actor.Hub, cancel);
            Demand(written == Written.Done, $"The objective {objective.Name} of the configuration file cannot be kept: {written}.");
        }

        await settings.PutAsync("config/objectives", string.Join(' ', listed), cancel);
    }

    private async Task<IReadOnlyList<Guid>> GoneAsync(string setting, HashSet<Guid> listed, CancellationToken cancel) =>
        [.. (await settings.FindAsync(setting, cancel))?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse).Where(id => !listed.Contains(id)) ?? []];

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private static string Text(FallbackPlan plan) => JsonSerializer.Serialize(plan with { CreatedAt = default, ChangedAt = default });
}
