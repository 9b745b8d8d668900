using System.Collections.Concurrent;
using System.Text;

namespace StatusHub.Simulator.Faults;

/// <summary>
/// Seeded chance, one stream of it per name, safe to draw from at once: requests to one model never change the luck of another.
/// </summary>
public sealed class Chance(int seed)
{
    private readonly ConcurrentDictionary<string, Random> _streams = new(StringComparer.Ordinal);

    /// <summary>Runs <paramref name="draw"/> alone on the stream of that name.</summary>
    public T Draw<T>(string name, Func<Random, T> draw)
    {
        var random = _streams.GetOrAdd(name, static (key, seed) => new Random(seed ^ StableHash(key)), seed);
        lock (random)
        {
            return draw(random);
        }
    }

    /// <summary>FNV-1a over UTF-8: the framework's own string hash differs at every start.</summary>
    public static int StableHash(string text)
    {
        var hash = 2_166_136_261u;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ b) * 16_777_619u;
        }

        return unchecked((int)hash);
    }
}
