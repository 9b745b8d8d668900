using StatusHub.Domain.Tenancy;

namespace StatusHub.Domain.Storage;

/// <summary>The organisation of the hub's own operator.</summary>
public sealed class Operator(Database database)
{
    private Guid? _id;

    /// <summary>Whether an organisation is the operator's; it never becomes another.</summary>
    public async ValueTask<bool> IsAsync(Guid orgId, CancellationToken cancel)
    {
        if (_id is null)
        {
            await using var command = database.System.CreateCommand("SELECT id FROM organisations WHERE slug = $1");
            command.Parameters.Add(new() { Value = Organisation.OperatorSlug });
            _id = (Guid?)await command.ExecuteScalarAsync(cancel);
        }

        return _id == orgId;
    }
}
