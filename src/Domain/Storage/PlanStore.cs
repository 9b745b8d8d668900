using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Domain.Storage;

/// <summary>What came of writing a plan.</summary>
public enum PlanWritten
{
    Done,

    /// <summary>The organisation has another plan for the same primary.</summary>
    Taken,

    /// <summary>It has as many plans as it may.</summary>
    TooMany,

    /// <summary>There is none with this id.</summary>
    Missing,
}

/// <summary>
/// Organisations' fallback plans, and what models are declared to be able to do. Whatever is done to a plan is written down with who did it, in
/// the same transaction.
/// </summary>
public sealed class PlanStore(Database database, Clocks clocks)
{
    /// <summary>Most plans of one organisation.</summary>
    public const int MaxPlans = 200;

    private const string Columns = "org_id, id, name, primary_model, needs, alternatives::text, created_at, changed_at";

    /// <summary>Every organisation's plans: for the hub's own work.</summary>
    public Task<IReadOnlyList<FallbackPlan>> AllAsync(CancellationToken cancel) => ReadAsync(database.System.CreateCommand($"SELECT {Columns} FROM fallback_plans"), cancel);

    /// <summary>One organisation's, by name.</summary>
    public async Task<IReadOnlyList<FallbackPlan>> ListAsync(Guid orgId, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        var command = new NpgsqlCommand($"SELECT {Columns} FROM fallback_plans WHERE org_id = $1 ORDER BY name, id", connection);
        command.Parameters.Add(new() { Value = orgId });
        return await ReadAsync(command, cancel);
    }

    public async Task<FallbackPlan?> FindAsync(Guid orgId, Guid id, CancellationToken cancel) =>
        (await ListAsync(orgId, cancel)).FirstOrDefault(p => p.Id == id);

    public async Task<PlanWritten> AddAsync(FallbackPlan plan, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(plan.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var written = await WriteAsync(
            transaction,
            $"""
            INSERT INTO fallback_plans (org_id, id, name, primary_model, needs, alternatives, created_at, changed_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT count(*) FROM fallback_plans WHERE org_id = $1) < {MaxPlans}
            """, plan, PlanWritten.TooMany, cancel);
        return written == PlanWritten.Done
            ? await DoneAsync(transaction, by, plan, AuditActions.PlanCreated, AuditDetail.Whole(AuditTerms.Of(plan)), cancel)
            : written;
    }

    public async Task<PlanWritten> ReplaceAsync(FallbackPlan plan, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(plan.OrgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAsync(transaction, plan.OrgId, plan.Id, cancel) is not { } before)
        {
            return PlanWritten.Missing;
        }

        var written = await WriteAsync(
            transaction,
            """
            UPDATE fallback_plans SET name = $3, primary_model = $4, needs = $5, alternatives = $6, created_at = $7, changed_at = $8
            WHERE org_id = $1 AND id = $2
            """, plan, PlanWritten.Missing, cancel);
        var changed = AuditDetail.Changed(AuditTerms.Of(before), AuditTerms.Of(plan));
        return written == PlanWritten.Done ? await DoneAsync(transaction, by, plan, AuditActions.PlanChanged, changed, cancel) : written;
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> DeleteAsync(Guid orgId, Guid id, Actor by, CancellationToken cancel)
    {
        await using var connection = await database.OpenTenantAsync(orgId, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAsync(transaction, orgId, id, cancel) is not { } before)
        {
            return false;
        }

        await using var command = new NpgsqlCommand("DELETE FROM fallback_plans WHERE org_id = $1 AND id = $2", connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(cancel);
        return await DoneAsync(transaction, by, before, AuditActions.PlanDeleted, AuditDetail.Whole(AuditTerms.Of(before)), cancel) == PlanWritten.Done;
    }

    /// <summary>What each model is declared to be able to do; one that is missing, nothing.</summary>
    public async Task<IReadOnlyDictionary<ModelId, Capabilities>> CapabilitiesAsync(CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand("SELECT model_id, abilities, context_tokens FROM model_capabilities");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var read = new Dictionary<ModelId, Capabilities>();
        while (await reader.ReadAsync(cancel))
        {
            read[ModelId.Parse(reader.GetString(0))] = new(reader.GetFieldValue<string[]>(1), reader.IsDBNull(2) ? null : reader.GetInt32(2));
        }

        return read;
    }

    /// <returns>False for a model that is not in the catalogue.</returns>
    public async Task<bool> DeclareAsync(ModelId model, Capabilities capabilities, CancellationToken cancel)
    {
        await using var command = database.System.CreateCommand(
            """
            INSERT INTO model_capabilities (model_id, abilities, context_tokens) SELECT id, $2, $3 FROM models WHERE id = $1
            ON CONFLICT (model_id) DO UPDATE SET abilities = excluded.abilities, context_tokens = excluded.context_tokens
            """);
        command.Parameters.Add(new() { Value = model.Value });
        command.Parameters.Add(new() { Value = capabilities.Abilities.ToArray() });
        command.Parameters.Add(new() { Value = (object?)capabilities.ContextTokens ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    private async Task<PlanWritten> DoneAsync(NpgsqlTransaction transaction, Actor by, FallbackPlan plan, string action, string detail, CancellationToken cancel)
    {
        await Audit.AddAsync(transaction, AuditEntry.Of(by, plan.OrgId, clocks.Now, action, plan.Id, detail), cancel);
        await transaction.CommitAsync(cancel);
        return PlanWritten.Done;
    }

    private static async Task<FallbackPlan?> LockAsync(NpgsqlTransaction transaction, Guid orgId, Guid id, CancellationToken cancel)
    {
        var command = new NpgsqlCommand($"SELECT {Columns} FROM fallback_plans WHERE org_id = $1 AND id = $2 FOR UPDATE", transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = orgId });
        command.Parameters.Add(new() { Value = id });
        return await ReadAsync(command, cancel) is [var found] ? found : null;
    }

    private static async Task<PlanWritten> WriteAsync(NpgsqlTransaction transaction, string sql, FallbackPlan plan, PlanWritten none, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = plan.OrgId });
        command.Parameters.Add(new() { Value = plan.Id });
        command.Parameters.Add(new() { Value = plan.Name });
        command.Parameters.Add(new() { Value = plan.Primary.Value });
        command.Parameters.Add(new() { Value = plan.Needs.ToString() });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(plan.Alternatives.Select(AlternativeRow.Of)), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = plan.CreatedAt.UtcDateTime });
        command.Parameters.Add(new() { Value = plan.ChangedAt.UtcDateTime });
        try
        {
            return await command.ExecuteNonQueryAsync(cancel) == 1 ? PlanWritten.Done : none;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return PlanWritten.Taken;
        }
    }

    private static async Task<IReadOnlyList<FallbackPlan>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var plans = new List<FallbackPlan>();
            while (await reader.ReadAsync(cancel))
            {
                plans.Add(new(
                    reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), ModelId.Parse(reader.GetString(3)), Needs(reader.GetString(4)),
                    [.. JsonSerializer.Deserialize<AlternativeRow[]>(reader.GetString(5))!.Select(a => new PlannedAlternative(ModelId.Parse(a.Model), a.Prompt, Needs(a.Needs)))],
                    reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7)));
            }

            return plans;
        }
    }

    private static Requirements Needs(string text) => Requirements.TryParse(text, out var needs) ? needs : Requirements.None;

    private sealed record AlternativeRow(string Model, string? Prompt, string Needs)
    {
        public static AlternativeRow Of(PlannedAlternative a) => new(a.Model.Value, a.Prompt, a.Needs.ToString());
    }
}
