using System.Globalization;

namespace StatusHub.Domain.Recovery;

/// <summary>How long one incident took. Minutes count from its start; null for a phase that was never announced (or not yet).</summary>
/// <param name="Impact">0 none, 1 minor, 2 major, 3 critical.</param>
/// <param name="ToIdentified">Until the cause was found.</param>
/// <param name="ToFix">Until it was recovering: our own signal, or the provider's "monitoring", or else its end.</param>
/// <param name="Open">True while it lasts: then <paramref name="ToFix"/> is how long it has lasted so far.</param>
public sealed record PastIncident(string Provider, int Impact, DateTimeOffset StartedAt, double? ToIdentified, double ToFix, bool Open = false)
{
    /// <summary>When its length was known; for an open one, when it was last seen to last.</summary>
    public DateTimeOffset KnownAt => StartedAt.AddMinutes(ToFix);
}

/// <summary>What is known before a hub has a history of its own.</summary>
public static class ShippedHistory
{
    private const string Resource = "StatusHub.Domain.Recovery.ai-incidents-2021-2024.csv";

    private static readonly Lazy<IReadOnlyList<PastIncident>> Read = new(ReadAll);

    /// <summary>Incidents that public AI services posted from 2021 to 2024, oldest first, those shorter than a minute left out (posted after the fact).</summary>
    public static IReadOnlyList<PastIncident> Incidents => Read.Value;

    private static List<PastIncident> ReadAll()
    {
        using var stream = typeof(ShippedHistory).Assembly.GetManifestResourceStream(Resource)!;
        using var lines = new StreamReader(stream);
        _ = lines.ReadLine(); // the names of the columns
        var incidents = new List<PastIncident>();
        while (lines.ReadLine() is { Length: > 0 } line)
        {
            var cells = line.Split(',');
            var resolved = Number(cells[5]) ?? 0;
            var fix = Number(cells[4]) ?? resolved;
            if (fix >= 1)
            {
                incidents.Add(new(
                    cells[1], int.Parse(cells[2], CultureInfo.InvariantCulture), DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture),
                    Number(cells[3]) is { } identified && identified < fix ? identified : null, fix));
            }
        }

        return [.. incidents.OrderBy(i => i.StartedAt)];
    }

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
}
