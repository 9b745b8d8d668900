using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>Whose advice on which primary: the public's without an organisation.</summary>
public readonly record struct AdviceKey(Guid? OrgId, ModelId Primary);

/// <summary>Advice that changed, with what to tell of it.</summary>
/// <param name="Reason">A sentence.</param>
public sealed record AdviceChange(AdviceKey Key, Advice Advice, string Reason);

/// <summary>Keeps what is advised: a change and the event that tells of it commit together. Advice to stay is kept by keeping none.</summary>
public sealed class AdviceBook(Database database, LogTail tail, HubIdentity hub, Clocks clocks)
{
    /// <summary>Hub time for which an answer may be used without asking again.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(30);

    private const string Columns = "org_id, primary_model, kind, primary_share, to_model, since, healthy_since, better_since";

    /// <summary>All advice that is other than to stay.</summary>
    public async Task<IReadOnlyDictionary<AdviceKey, Advice>> ReadAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand($"SELECT {Columns} FROM fallback_advice");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var read = new Dictionary<AdviceKey, Advice>();
        while (await reader.ReadAsync(cancel))
        {
            read[new(reader.IsDBNull(0) ? null : reader.GetGuid(0), ModelId.Parse(reader.GetString(1)))] = new(
                (AdviceKind)reader.GetInt16(2), reader.GetDouble(3), reader.IsDBNull(4) ? null : ModelId.Parse(reader.GetString(4)),
                reader.GetFieldValue<DateTimeOffset>(5), Instant(reader, 6), Instant(reader, 7));
        }

        return read;
    }

    /// <summary>Writes changes, and events for those that a gateway would act on.</summary>
    /// <param name="before">As read: of which kind, alternative and share each was.</param>
    public async Task WriteAsync(IReadOnlyList<AdviceChange> changes, IReadOnlyDictionary<AdviceKey, Advice> before, CancellationToken cancel)
    {
        var now = clocks.Now;
        var events = changes.Where(c => IsNews(c.Advice, before.GetValueOrDefault(c.Key))).Select(c => EventOf(c, now)).ToList();
        await using var connection = await database.System.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var change in changes)
        {
            await WriteAsync(transaction, change, cancel);
        }

        if (events.Count > 0)
        {
            await EventLog.AppendAsync(transaction, events, now, cancel);
        }

        await transaction.CommitAsync(cancel);
        if (events.Count > 0)
        {
            tail.Committed();
        }
    }

    public static string WireName(AdviceKind kind) => kind switch { AdviceKind.Stay => "stay", AdviceKind.Switch => "switch", _ => "none" };

    private static bool IsNews(Advice now, Advice? before) =>
        (now.Kind, now.To, now.PrimaryShare) != (before?.Kind ?? AdviceKind.Stay, before?.To, before?.PrimaryShare ?? 1);

    private HubEvent EventOf(AdviceChange change, DateTimeOffset now)
    {
        var data = new JsonObject
        {
            ["primary"] = change.Key.Primary.Value,
            ["advice"] = WireName(change.Advice.Kind),
            ["alternative"] = change.Advice.To?.Value,
            ["primaryShare"] = change.Advice.PrimaryShare,
            ["reason"] = change.Reason,
            ["validUntil"] = (now + ValidFor).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        var id = Guid.CreateVersion7(now);
        return change.Key.OrgId is { } org
            ? new HubEvent(id.ToString(), hub.Source, EventTypes.Fallback, change.Key.Primary.Value, now, org, SharingMark.Red.WireName(), JsonSerializer.SerializeToUtf8Bytes(data))
            : HubEvent.Public(id, hub.Source, EventTypes.Fallback, change.Key.Primary.Value, now, data);
    }

    private static async Task WriteAsync(NpgsqlTransaction transaction, AdviceChange change, CancellationToken cancel)
    {
        var (key, advice) = (change.Key, change.Advice);
        await using var command = new NpgsqlCommand(
            advice.Kind == AdviceKind.Stay
                ? "DELETE FROM fallback_advice WHERE org_id IS NOT DISTINCT FROM $1 AND primary_model = $2"
                : $"""
                  INSERT INTO fallback_advice ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                  ON CONFLICT (coalesce(org_id, '00000000-0000-0000-0000-000000000000'), primary_model) DO UPDATE SET
                    kind = excluded.kind, primary_share = excluded.primary_share, to_model = excluded.to_model, since = excluded.since,
                    healthy_since = excluded.healthy_since, better_since = excluded.better_since
                  """,
            transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = (object?)key.OrgId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = key.Primary.Value });
        if (advice.Kind != AdviceKind.Stay)
        {
            command.Parameters.Add(new() { Value = (short)advice.Kind });
            command.Parameters.Add(new() { Value = advice.PrimaryShare });
            command.Parameters.Add(new() { Value = (object?)advice.To?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = advice.Since.UtcDateTime });
            command.Parameters.Add(new() { Value = (object?)advice.HealthySince?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = (object?)advice.BetterSince?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        }

        await command.ExecuteNonQueryAsync(cancel);
    }

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
