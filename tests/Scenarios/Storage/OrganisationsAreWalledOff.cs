using Microsoft.Extensions.DependencyInjection;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using StatusHub.Domain.Storage;

namespace StatusHub.Scenarios.Storage;

/// <summary>
/// Row-level security on a real PostgreSQL, over every table that has an owner, found in the catalogue: a new table without a wall
/// fails here without anybody thinking of it.
/// </summary>
public sealed class OrganisationsAreWalledOff : IAsyncLifetime
{
    private static readonly Guid Ours = Guid.Parse("01975000-0000-7000-8000-00000000000a");
    private static readonly Guid Theirs = Guid.Parse("01975000-0000-7000-8000-00000000000b");

    private HubStorage _storage = null!;
    private List<OwnedTable> _tables = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await HubStorage.CreateAsync();
        await _storage.RunAsync("SELECT ensure_observation_partition(date '2026-06-07'), ensure_attempt_partition(date '2026-06-07')");
        _tables = await OwnedTable.FindAsync(_storage.ConnectionString);
        foreach (var table in _tables)
        {
            // Foreign keys are off, so that a row of any table can be made without knowing what it means.
            await _storage.RunAsync($"SET session_replication_role = replica; {table.Insert(Ours)}; {table.Insert(Theirs)}");
        }
    }

    public async ValueTask DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public void The_tables_with_an_owner_are_found() =>
        Assert.Superset(
            new HashSet<string>(["organisations", "memberships", "api_keys", "endpoints", "endpoint_leases", "observations", "events", "subscriptions", "delivery_attempts"]),
            _tables.Select(t => t.Name).ToHashSet());

    [Fact]
    public async Task Every_owned_table_forces_row_level_security_upon_its_owner_too()
    {
        foreach (var table in _tables)
        {
            Assert.True(await IsWalledAsync(table), $"{table.Name} has no wall");
        }
    }

    [Fact]
    public async Task A_table_somebody_forgot_to_wall_off_is_found()
    {
        await _storage.RunAsync("CREATE TABLE forgotten (org_id uuid NOT NULL, secret text NOT NULL); GRANT ALL ON forgotten TO statushub_app");
        var forgotten = Assert.Single(await OwnedTable.FindAsync(_storage.ConnectionString), t => t.Name == "forgotten");
        await _storage.RunAsync(forgotten.Insert(Theirs));

        Assert.False(await IsWalledAsync(forgotten));
        await using var connection = await _storage.Database.OpenTenantAsync(Ours, CancellationToken.None);
        Assert.Equal(1, await CountAsync(connection, forgotten, Theirs));
    }

    [Fact]
    public async Task The_application_role_owns_nothing_and_bypasses_nothing()
    {
        Assert.Equal(0L, await _storage.AskAsync<long>("SELECT count(*) FROM pg_class WHERE relowner = 'statushub_app'::regrole"));
        Assert.False(await _storage.AskAsync<bool>("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = 'statushub_app'"));
        await using var command = _storage.Database.Tenant.CreateCommand("SELECT current_user::text");
        Assert.Equal(Database.AppRole, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task An_organisation_sees_its_own_rows_and_no_others()
    {
        await using var connection = await _storage.Database.OpenTenantAsync(Ours, CancellationToken.None);
        foreach (var table in _tables)
        {
            Assert.True(await CountAsync(connection, table, Ours) > 0, $"{table.Name} hides an organisation's own rows");
            Assert.True(await CountAsync(connection, table, Theirs) == 0, $"{table.Name} shows another's rows");
        }
    }

    [Fact]
    public async Task An_organisation_can_neither_write_for_another_nor_give_its_rows_away()
    {
        await using var connection = await _storage.Database.OpenTenantAsync(Ours, CancellationToken.None);
        foreach (var table in _tables)
        {
            await RefusedAsync(connection, table.Insert(Theirs));
            await RefusedAsync(connection, $"UPDATE {table.Name} SET {table.Owner} = '{Theirs}' WHERE {table.Owner} = '{Ours}'");
            foreach (var change in (string[])[$"UPDATE {table.Name} SET {table.Owner} = '{Ours}'", $"DELETE FROM {table.Name}"])
            {
                if (!await _storage.AskAsync<bool>($"SELECT has_table_privilege('{Database.AppRole}', '{table.Name}', '{change.Split(' ')[0]}')"))
                {
                    await RefusedAsync(connection, $"{change} WHERE {table.Owner} = '{Theirs}'"); // a record that only grows
                    continue;
                }

                await using var command = new NpgsqlCommand($"{change} WHERE {table.Owner} = '{Theirs}'", connection);
                Assert.True(await command.ExecuteNonQueryAsync() == 0, $"{change} reached another's rows");
            }
        }
    }

    [Fact]
    public async Task Without_an_organisation_nothing_owned_is_seen_even_on_a_connection_another_used()
    {
        await using var node = await _storage.StartNodeAsync(null, null, ("Storage:MaxConnections", "4"));
        using (var theirs = node.Scope())
        {
            theirs.ServiceProvider.GetRequiredService<OrgScope>().OrgId = Theirs;
            Assert.Equal(Theirs, (await theirs.ServiceProvider.GetRequiredService<StatusDb>().Organisations.SingleAsync()).Id);
        }

        using var nobody = node.Scope();
        Assert.Empty(await nobody.ServiceProvider.GetRequiredService<StatusDb>().Organisations.ToListAsync());
        await using var fresh = await _storage.Database.Tenant.OpenConnectionAsync();
        foreach (var table in _tables)
        {
            Assert.True(await CountAsync(fresh, table, Ours) + await CountAsync(fresh, table, Theirs) == 0, $"{table.Name} shows rows to nobody");
        }
    }

    [Fact]
    public async Task Partitions_take_copied_rows_and_show_none()
    {
        await using var connection = await _storage.Database.System.OpenConnectionAsync();
        var outcome = Outcomes.At(new DateTimeOffset(2026, 6, 7, 10, 0, 0, TimeSpan.Zero), Domain.Catalog.ModelId.Parse("acme/one")) with { OrgId = Ours };
        await ObservationStore.CopyAsync(connection, [outcome], CancellationToken.None);

        foreach (var statement in (string[])["SELECT count(*) FROM observations_p20260607", "DELETE FROM observations_p20260607", "DROP TABLE observations_p20260607"])
        {
            await RefusedAsync(connection, statement);
        }

        await using var theirs = await _storage.Database.OpenTenantAsync(Theirs, CancellationToken.None);
        await using var ask = new NpgsqlCommand($"SELECT count(*) FROM observations WHERE id = '{outcome.Id}'", theirs);
        Assert.Equal(0L, await ask.ExecuteScalarAsync());
        Assert.Equal(1L, await _storage.AskAsync<long>($"SELECT count(*) FROM observations WHERE id = '{outcome.Id}'"));
    }

    [Fact]
    public async Task A_second_open_incident_of_a_model_is_refused_by_the_database()
    {
        const string incident = """
            INSERT INTO incident_models (incident_id, model, status, worst, started_at, open)
            VALUES (gen_random_uuid(), 'acme/one', 'MajorOutage', 'MajorOutage', now(), {0})
            """;
        const string unbound = "SET session_replication_role = replica; ";
        await _storage.RunAsync(unbound + string.Format(incident, "false"));
        await _storage.RunAsync(unbound + string.Format(incident, "true"));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => _storage.RunAsync(unbound + string.Format(incident, "true")));
        Assert.Equal("ix_one_open_incident_a_model", refusal.ConstraintName);
    }

    private Task<bool> IsWalledAsync(OwnedTable table) => _storage.AskAsync<bool>($"""
        SELECT relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT FROM pg_policies WHERE tablename = relname)
        FROM pg_class WHERE oid = '{table.Name}'::regclass
        """);

    private static async Task<long> CountAsync(NpgsqlConnection connection, OwnedTable table, Guid owner)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table.Name} WHERE {table.Owner} = '{owner}'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task RefusedAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        var refusal = await Record.ExceptionAsync(() => command.ExecuteNonQueryAsync());
        Assert.True(refusal is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }, $"{statement}\n{refusal?.Message ?? "was allowed"}");
    }
}

/// <summary>A table whose rows belong to organisations, and a row of it made from its columns' types alone.</summary>
internal sealed record OwnedTable(string Name, string Owner, IReadOnlyList<(string Name, string Type)> Needed)
{
    public string Insert(Guid owner) =>
        $"""
        INSERT INTO {Name} ({string.Join(", ", [Owner, .. Needed.Select(c => $"\"{c.Name}\"")])})
        VALUES ({string.Join(", ", [$"'{owner}'", .. Needed.Select(c => Value(c.Type))])})
        """;

    /// <summary>Every table with an <c>org_id</c>, and the organisations themselves; partitions go by their parent.</summary>
    public static async Task<List<OwnedTable>> FindAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(
            """
            SELECT c.table_name::text, c.column_name::text, c.udt_name::text, c.is_nullable = 'NO' AND c.column_default IS NULL AND c.is_identity = 'NO'
            FROM information_schema.columns c JOIN pg_class k ON k.oid = format('%I.%I', c.table_schema, c.table_name)::regclass
            WHERE c.table_schema = 'public' AND k.relkind IN ('r', 'p') AND NOT k.relispartition
            ORDER BY c.table_name, c.ordinal_position
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<(string Table, string Column, string Type, bool Needed)>();
        while (await reader.ReadAsync())
        {
            columns.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
        }

        return [.. from table in columns.GroupBy(c => c.Table)
                   let owner = table.Key == "organisations" ? "id" : "org_id"
                   where table.Any(c => c.Column == owner && c.Type == "uuid")
                   select new OwnedTable(table.Key, owner, [.. table.Where(c => c.Needed && c.Column != owner).Select(c => (c.Column, c.Type))])];
    }

    private static string Value(string type) => type switch
    {
        "uuid" => "gen_random_uuid()",
        "text" or "varchar" => "left(md5(random()::text), 8)",
        "timestamptz" => "timestamptz '2026-06-07T10:00:00Z'",
        "date" => "date '2026-06-07'",
        "bool" => "false",
        "bytea" => "convert_to(md5(random()::text), 'UTF8')",
        "json" or "jsonb" => "'{}'",
        _ when type.StartsWith('_') => "'{}'",
        "int2" => "(random() * 30000)::int",
        _ => "(random() * 2000000000)::int",
    };
}
