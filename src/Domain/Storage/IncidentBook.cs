using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using StatusHub.Domain.Events;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Storage;

/// <summary>
/// Keeps incidents as the rules decide. Reading costs one indexed query a batch; only when something is to be written are the
/// incidents locked, read again and decided again, so two nodes never open two for one event.
/// </summary>
public sealed class IncidentBook(IncidentPolicy policy, RecoveryBook recovery)
{
    internal const long WriteLock = 0x496e636964656e74; // "Incident"

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Moves incidents on by the newest verdicts and returns the events that tell of it.</summary>
    internal async Task<List<HubEvent>> MoveAsync(
        NpgsqlTransaction transaction, IReadOnlyList<JudgedModel> judged, string source, DateTimeOffset now, CancellationToken cancel)
    {
        var states = await ReadAsync(transaction, now, cancel);
        if (!judged.Any(m => Matters(m, states, now)))
        {
            return [];
        }

        await using (var hold = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({WriteLock})", transaction.Connection, transaction))
        {
            await hold.ExecuteNonQueryAsync(cancel);
        }

        states = await ReadAsync(transaction, now, cancel);
        await using var db = await SystemDb.JoinAsync(transaction, cancel);
        var catalogue = await db.Models.AsNoTracking().ToDictionaryAsync(m => m.Id, cancel);
        var events = new List<HubEvent>();
        IncidentChapter? chapter = null;
        foreach (var model in judged)
        {
            var step = IncidentRules.Decide(
                model.Model, model.Verdict, catalogue[model.Model].Domains, states, Guid.CreateVersion7(now), now, policy);
            if (step.Incident is null)
            {
                continue;
            }

            states.RemoveAll(s => s.Id == step.Incident.Id);
            states.Add(step.Incident);
            chapter ??= await IncidentChapter.BeginAsync(db, catalogue, judged, now, cancel);
            await chapter.WriteAsync(step, JsonSerializer.Serialize(step.Incident, Json), cancel);
            if (!step.Actions.IsEmpty)
            {
                var incident = chapter.Of(step);
                var (eta, _) = await recovery.ReviseAsync(transaction.Connection!, incident, now, cancel);
                events.Add(IncidentNews.Of(incident, eta, step.Actions.Any(a => a.Notify), source, now));
            }
        }

        if (chapter is not null)
        {
            await db.SaveChangesAsync(cancel);
            await ProviderWords.DateIncidentsAsync(transaction.Connection!, judged.Select(m => m.Model), cancel);
        }

        return events;
    }

    /// <summary>
    /// Whether a verdict may write anything. In the middle of an outage hardly any does, and probes are most frequent then: it must cost
    /// no more than in calm.
    /// </summary>
    private bool Matters(JudgedModel judged, List<IncidentState> states, DateTimeOffset now)
    {
        if (states.Find(s => s.IsOpen && s.Find(judged.Model) is not null) is not { } own)
        {
            return judged.Verdict.Status.IsTrouble();
        }

        // The model is already in it, so neither its domains nor an id for another incident are asked for.
        var step = IncidentRules.Decide(judged.Model, judged.Verdict, [], [own], own.Id, now, policy);
        return step.Actions.Length > 0 || JsonSerializer.Serialize(step.Incident, Json) != JsonSerializer.Serialize(own, Json);
    }

    private async Task<List<IncidentState>> ReadAsync(NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT state FROM incidents WHERE state IS NOT NULL AND (resolved_at IS NULL OR resolved_at >= $1)", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = (now - policy.MergeWithin).UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var states = new List<IncidentState>();
        while (await reader.ReadAsync(cancel))
        {
            states.Add(JsonSerializer.Deserialize<IncidentState>(reader.GetString(0), Json)!);
        }

        return states;
    }
}
