using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Storage;

/// <summary>What organisations say of one model by one way, without saying who they are.</summary>
/// <param name="Kind"><c>telemetry</c>, <c>report</c> or <c>peer</c>.</param>
/// <param name="Organisations">How many said something in the last hour; of peers, how many hubs.</param>
/// <param name="Seeing">Of those, how many see trouble now.</param>
/// <param name="Attempts">Requests, or reports, of the last hour.</param>
/// <param name="Commonest">The commonest failure; none when nobody knows its name.</param>
/// <param name="Nats">What it weighs now, after trust.</param>
public sealed record OutsideSummary(
    ModelId Model, string Kind, DateTimeOffset Last, int Organisations, int Seeing, long Attempts, long Failures, FailureClass Commonest, double Nats);

/// <summary>What a provider last said in public of an incident of its own model.</summary>
/// <param name="StartedAt">When it says it began.</param>
/// <param name="HeardAt">Hub time we heard it.</param>
/// <param name="NextUpdateBy">By when it promised to say more of it, and has not yet.</param>
public sealed record ProviderWord(
    ModelId Model, IncidentPhase Phase, HealthState Status, string? Title, DateTimeOffset? StartedAt, DateTimeOffset HeardAt, DateTimeOffset? NextUpdateBy)
{
    public bool IsOver => Phase >= IncidentPhase.Resolved;
}

/// <summary>Others' evidence for the public page: sums over organisations, never one by name.</summary>
public sealed class OutsideSummaries(Database database)
{
    private static readonly TimeSpan Shown = TimeSpan.FromHours(1);

    /// <summary>How long "it is over" is still shown beside our verdict.</summary>
    private static readonly TimeSpan OverIsShown = TimeSpan.FromHours(24);

    /// <summary>Last log position whose events are weighed.</summary>
    public async Task<long> PositionAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT position FROM cursors WHERE name = 'evidence'");
        return await command.ExecuteScalarAsync(cancel) is long position ? position : 0;
    }

    public async Task<IReadOnlyList<OutsideSummary>> ReadAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH said AS (
              SELECT e.model_id, CASE WHEN by_hub <> '' THEN 'peer' WHEN window_at > $1 THEN 'telemetry' ELSE 'report' END AS kind,
                greatest(window_at, suspicion_at) AS last, CASE WHEN window_at > $1 THEN requests ELSE suspicions END AS attempts,
                CASE WHEN window_at > $1 THEN failed ELSE suspicions END AS failures, commonest,
                CASE WHEN fresh_until > $2 THEN nats ELSE 0 END AS nats, sees AND fresh_until > $2 AS sees, coalesce(t.weight, 1) AS weight
              FROM outside_evidence e LEFT JOIN outside_trust t USING (org_id, by_hub) WHERE window_at > $1 OR suspicion_at > $1)
            SELECT model_id, kind, max(last), count(*)::int, (count(*) FILTER (WHERE sees))::int, sum(attempts)::bigint, sum(failures)::bigint,
              coalesce(mode() WITHIN GROUP (ORDER BY commonest) FILTER (WHERE failures > 0), 0::smallint), sum(nats * weight)::float8
            FROM said GROUP BY model_id, kind ORDER BY model_id, kind DESC
            """);
        command.Parameters.Add(new() { Value = (now - Shown).UtcDateTime });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var summaries = new List<OutsideSummary>();
        while (await reader.ReadAsync(cancel))
        {
            summaries.Add(new OutsideSummary(
                ModelId.Parse(reader.GetString(0)), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt32(3), reader.GetInt32(4),
                reader.GetInt64(5), reader.GetInt64(6), (FailureClass)reader.GetInt16(7), reader.GetDouble(8)));
        }

        return summaries;
    }

    /// <summary>Each model's newest public word: of an incident that is not over, else of the one that ended last.</summary>
    public async Task<IReadOnlyDictionary<ModelId, ProviderWord>> WordsAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT DISTINCT ON (model_id) model_id, phase, status, title, started_at, heard_at,
              (SELECT max(p.due_at) FROM provider_promises p
               WHERE p.org_id = w.org_id AND p.provider_id = split_part(w.model_id, '/', 1) AND p.incident_id = w.incident_id AND p.answered_at IS NULL)
            FROM provider_words w
            WHERE is_public AND (phase < 3 AND said_at > $1 OR said_at > $2) ORDER BY model_id, phase >= 3, said_at DESC
            """);
        command.Parameters.Add(new() { Value = (now - ProviderWords.Stands).UtcDateTime });
        command.Parameters.Add(new() { Value = (now - OverIsShown).UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var words = new Dictionary<ModelId, ProviderWord>();
        while (await reader.ReadAsync(cancel))
        {
            var model = ModelId.Parse(reader.GetString(0));
            words[model] = new ProviderWord(
                model, (IncidentPhase)reader.GetInt16(1), (HealthState)reader.GetInt16(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
        }

        return words;
    }
}
