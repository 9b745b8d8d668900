using Npgsql;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Peering;

namespace StatusHub.Domain.Storage;

/// <summary>Whose report each fact is, and which of them were heard before by another way.</summary>
internal sealed class OutsideReporters
{
    // The log's own key begins with source and id: one probe of it for each fact.
    private const string Copies = """
        SELECT asked.ord::integer FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS asked(position, org_id, source, id, is_peer, ord)
        WHERE EXISTS (
          SELECT FROM events e WHERE e.source = asked.source AND e.id = asked.id AND e.position < asked.position
            AND e.org_id <> asked.org_id AND (asked.is_peer OR e.org_id = ANY($6)))
        """;

    private readonly HashSet<Reporter> _peers;

    private OutsideReporters(HashSet<Reporter> peers) => _peers = peers;

    /// <summary>The peers of this hub, when any of the facts may need them.</summary>
    public static async Task<OutsideReporters> PeersAsync(NpgsqlConnection connection, IReadOnlyCollection<HeardFact> facts, CancellationToken cancel)
    {
        var peers = new HashSet<Reporter>();
        if (facts.Count == 0)
        {
            return new OutsideReporters(peers);
        }

        await using var command = new NpgsqlCommand("SELECT org_id, hub FROM peers", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            peers.Add(new Reporter(reader.GetGuid(0), HubPath.IdOf(reader.GetString(1))));
        }

        return new OutsideReporters(peers);
    }

    /// <summary>A hub is a reporter when it is a peer: anybody can write a path into an event, and must not count as many by it.</summary>
    public HeardFact Named(HeardFact heard) =>
        !heard.By.IsPeer || _peers.Contains(heard.By) ? heard : heard with { By = Reporter.Itself(heard.OrgId) };

    /// <summary>
    /// Without what was heard before: an event that its publisher sends here and a peer brings too is evidence once, by the way it came first.
    /// It stands in the log twice all the same, as each organisation's readers and subscriptions see it under its own marks.
    /// </summary>
    public async Task<List<HeardFact>> OnceAsync(NpgsqlConnection connection, List<HeardFact> facts, CancellationToken cancel)
    {
        if (_peers.Count == 0 || facts.Count == 0)
        {
            return facts;
        }

        await using var command = new NpgsqlCommand(Copies, connection);
        command.Parameters.Add(new() { Value = facts.ConvertAll(f => f.In.Position).ToArray() });
        command.Parameters.Add(new() { Value = facts.ConvertAll(f => f.OrgId).ToArray() });
        command.Parameters.Add(new() { Value = facts.ConvertAll(f => f.In.Source).ToArray() });
        command.Parameters.Add(new() { Value = facts.ConvertAll(f => f.In.Id).ToArray() });
        command.Parameters.Add(new() { Value = facts.ConvertAll(f => f.By.IsPeer).ToArray() });
        command.Parameters.Add(new() { Value = _peers.Select(p => p.OrgId).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var copies = new HashSet<HeardFact>(ReferenceEqualityComparer.Instance);
        while (await reader.ReadAsync(cancel))
        {
            copies.Add(facts[reader.GetInt32(0) - 1]);
        }

        return [.. facts.Where(f => !copies.Contains(f))];
    }
}
