using StatusHub.Domain.Evidence;
using StatusHub.Web.Public.Wording;

namespace StatusHub.Web.Console.Models;

/// <summary>The marks of one exchange as stretches of a bar, each from the mark before it to its own.</summary>
public static class Waterfall
{
    /// <param name="Key">Class in the stylesheet.</param>
    /// <param name="FromMs">Milliseconds after the start of the exchange.</param>
    public sealed record Stretch(string Key, string Name, double FromMs, double ToMs)
    {
        public string Words => $"{Name} {TimeWords.Milliseconds(ToMs - FromMs)}";
    }

    /// <summary>In the order of the wire; marks never reached are left out, and what followed the last mark is waiting.</summary>
    public static IReadOnlyList<Stretch> Of(ProbeTimings timings)
    {
        var stretches = new List<Stretch>(8);
        var at = 0.0;
        foreach (var (key, name, mark) in Marks(timings))
        {
            if (mark is { } reached && reached > at)
            {
                stretches.Add(new(key, name, at, reached));
                at = reached;
            }
        }

        if (timings.TotalMs > at)
        {
            stretches.Add(new("wait", timings.LastTokenMs is null ? "waiting" : "end of stream", at, timings.TotalMs));
        }

        return stretches;
    }

    /// <summary>Every mark in milliseconds after the start, for the table; null where it was not reached.</summary>
    public static IEnumerable<(string Key, string Name, double? AtMs)> Marks(ProbeTimings timings) =>
    [
        ("dns", "name look-up", timings.DnsMs),
        ("connect", "connect", timings.ConnectMs),
        ("tls", "TLS", timings.TlsMs),
        ("headers", "headers", timings.HeadersMs),
        ("first", "first token", timings.FirstTokenMs),
        ("last", "tokens", timings.LastTokenMs),
    ];

    /// <summary>A round number of milliseconds that every bar fits under: 1, 2 or 5 times a power of ten.</summary>
    public static double Scale(IEnumerable<ProbeOutcome> outcomes)
    {
        var longest = Math.Max(1, outcomes.Select(o => o.Timings.TotalMs).DefaultIfEmpty(1).Max());
        var power = Math.Pow(10, Math.Floor(Math.Log10(longest)));
        return power * (longest <= power ? 1 : longest <= 2 * power ? 2 : longest <= 5 * power ? 5 : 10);
    }
}
