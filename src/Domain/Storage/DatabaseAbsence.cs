using System.Net.Sockets;
using Npgsql;

namespace StatusHub.Domain.Storage;

/// <summary>Tells a database that is away, and may be back, from a statement that was wrong.</summary>
public static class DatabaseAbsence
{
    // Class 57P: the server is being stopped, has crashed or is starting. 57014: it gave the statement up.
    private static readonly string[] Ended = ["57P", PostgresErrorCodes.QueryCanceled];

    /// <summary>Whether the same again may succeed: the server or the way to it is gone, or it was too slow or too full.</summary>
    public static bool IsBehind(Exception? e) =>
        e is NpgsqlException { IsTransient: true } or (NpgsqlException and not PostgresException) or TimeoutException or SocketException
        || (e is PostgresException refused && Ended.Any(code => refused.SqlState.StartsWith(code, StringComparison.Ordinal)))
        || (e?.InnerException is { } inner && IsBehind(inner));
}
