using System.Text;
using StatusHub.Domain.Evidence;

namespace StatusHub.Probes.Running;

/// <summary>Makes foreign words fit to be kept and shown: one line, no control characters, no credential, no more than is allowed.</summary>
internal static class ErrorDetail
{
    private const string Struck = "[credential]";

    /// <summary>Shorter pieces of a credential give nothing away and would strike out ordinary words.</summary>
    private const int ShortestPiece = 8;

    public static string? Clean(string? words, string? credential)
    {
        if (string.IsNullOrWhiteSpace(words))
        {
            return null;
        }

        var line = OneLine(words);
        if (credential is { Length: > 0 })
        {
            line = StrikeOut(line, credential);
            line = StrikeOut(line, Uri.EscapeDataString(credential));
            line = StrikeOut(line, Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
            line = StrikeOutCut(line, credential);
        }

        return line.Length <= ProbeOutcome.MaxDetailLength ? line : line[..(ProbeOutcome.MaxDetailLength - 1)] + "…";
    }

    /// <summary>Control and format characters go first: one inside a credential would hide it from the search.</summary>
    private static string OneLine(string words)
    {
        var line = new StringBuilder(Math.Min(words.Length, 4 * ProbeOutcome.MaxDetailLength));
        foreach (var c in words)
        {
            if (char.IsWhiteSpace(c))
            {
                _ = line.Length == 0 || line[^1] == ' ' ? line : line.Append(' ');
            }
            else if (!char.IsControl(c) && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.Surrogate))
            {
                line.Append(c);
            }
        }

        return line.ToString().TrimEnd();
    }

    private static string StrikeOut(string line, string secret) => line.Replace(secret, Struck, StringComparison.OrdinalIgnoreCase);

    /// <summary>The end of what was read may hold the beginning of the credential.</summary>
    private static string StrikeOutCut(string line, string credential)
    {
        for (var length = Math.Min(credential.Length - 1, line.Length); length >= ShortestPiece; length--)
        {
            if (line.EndsWith(credential[..length], StringComparison.OrdinalIgnoreCase))
            {
                return line[..^length] + Struck;
            }
        }

        return line;
    }
}
