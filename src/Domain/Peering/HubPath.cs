using System.Security.Cryptography;
using System.Text;

namespace StatusHub.Domain.Peering;

/// <summary>
/// The hubs an event has come through, oldest first: the extension attribute <c>hubpath</c>, short ids parted by commas. Every hub adds
/// itself when it passes an event on, so an event that would come back is seen, and none goes further than <see cref="MaxHops"/>.
/// </summary>
public sealed record HubPath
{
    public const string AttributeName = "hubpath";

    /// <summary>Most hubs an event may have come through.</summary>
    public const int MaxHops = 4;

    /// <summary>The path of an event that is at home here.</summary>
    public static readonly HubPath Home = new([]);

    // 64 bits: two hubs of one federation do not meet by chance, and four of them stay a short attribute.
    private const int IdBytes = 8;
    private const int MaxIdLength = 64;
    private const int MaxLength = 1_024;

    private readonly string[] _ids;

    private HubPath(string[] ids) => _ids = ids;

    public int Hops => _ids.Length;

    /// <summary>Short id of the hub it came from directly, as whose report it counts; null at home.</summary>
    public string? Last => _ids.Length == 0 ? null : _ids[^1];

    public string Text => string.Join(',', _ids);

    /// <summary>A hub's short id: 16 hexadecimal digits of the SHA-256 of the <c>source</c> of its own events.</summary>
    public static string IdOf(string source) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, IdBytes));

    /// <summary>False for a text that is no path; an absent attribute is <see cref="Home"/>.</summary>
    public static bool TryParse(string? text, out HubPath path)
    {
        path = Home;
        if (text is null)
        {
            return true;
        }

        var ids = text.Split(',');
        if (text.Length > MaxLength || !ids.All(IsId))
        {
            return false;
        }

        path = new HubPath(ids);
        return true;
    }

    public bool Holds(string shortId) => _ids.Contains(shortId, StringComparer.Ordinal);

    public HubPath Through(string shortId) => new([.. _ids, shortId]);

    public bool Equals(HubPath? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static bool IsId(string id) => id.Length is > 0 and <= MaxIdLength && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
