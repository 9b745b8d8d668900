using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace StatusHub.Domain.Storage;

/// <summary>Whose rows the present request may see: set once, after it has said who it is.</summary>
public sealed class OrgScope
{
    public Guid? OrgId { get; set; }
}

/// <summary>Binds every connection of a request's context to the request's organisation.</summary>
internal sealed class OrgScopeInterceptor(OrgScope scope) : DbConnectionInterceptor
{
    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
        Database.BindAsync((NpgsqlConnection)connection, scope.OrgId, cancellationToken);

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        throw new NotSupportedException("Open the context asynchronously.");
}
