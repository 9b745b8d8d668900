using System.Collections.Concurrent;

namespace StatusHub.Web.Access;

/// <summary>How many long connections each address has open: an office behind one address is welcome, one program with all of them is not.</summary>
internal sealed class OpenByAddress
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <returns>False when the address has as many as it may; else leave with <see cref="Leave"/>.</returns>
    public bool TryEnter(string address, int most)
    {
        if (_open.AddOrUpdate(address, 1, static (_, count) => count + 1) <= most)
        {
            return true;
        }

        Leave(address);
        return false;
    }

    public void Leave(string address)
    {
        if (_open.AddOrUpdate(address, 0, static (_, count) => count - 1) <= 0)
        {
            _open.TryRemove(new(address, 0));
        }
    }

    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
}
