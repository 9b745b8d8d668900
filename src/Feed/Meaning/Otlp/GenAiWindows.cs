using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using StatusHub.Domain.Catalog;

namespace StatusHub.Feed.Meaning.Otlp;

/// <summary>One model's requests in one export, as the telemetry event it becomes.</summary>
public sealed record GenAiWindow(ModelId Model, DateTimeOffset Start, int Seconds, long Requests, IReadOnlyDictionary<string, long> Errors, string Id)
{
    /// <summary>Data of the event, as the telemetry schema has it.</summary>
    public JsonObject ToData()
    {
        var errors = new JsonObject();
        foreach (var (name, count) in Errors)
        {
            errors[name] = count;
        }

        return new JsonObject
        {
            ["model"] = Model.Value,
            ["endpoint"] = "opentelemetry",
            ["windowStart"] = Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["windowSeconds"] = Seconds,
            ["requests"] = Requests,
            ["errors"] = errors,
        };
    }
}

/// <summary>Folds points, already freed of what earlier exports told, into windows; pure.</summary>
public static class GenAiWindows
{
    private const int MaxSeconds = 3_600;

    /// <summary>Classes of errors told apart in one window; the rest are told together.</summary>
    private const int MaxErrors = 40;
    private const string OtherErrors = "_OTHER";

    /// <param name="modelOf">The model a point is about; null for one we do not know.</param>
    /// <returns>The windows, and how many points named no model we know.</returns>
    public static (IReadOnlyList<GenAiWindow> Windows, int Unknown) Fold(IEnumerable<OtlpPoint> points, Func<OtlpPoint, ModelId?> modelOf)
    {
        var known = new List<(ModelId Model, OtlpPoint Point)>();
        var unknown = 0;
        foreach (var point in points)
        {
            if (modelOf(point) is { } model)
            {
                known.Add((model, point));
            }
            else
            {
                unknown++;
            }
        }

        var windows = known.Where(p => p.Point.Count > 0)
            .GroupBy(p => (p.Model, Minute: p.Point.Time.UtcTicks / TimeSpan.TicksPerMinute))
            .OrderBy(g => g.Key)
            .Select(g => Window(g.Key.Model, [.. g.Select(p => p.Point)]))
            .ToList();
        return (windows, unknown);
    }

    /// <summary>What tells one series from another: metric, who measured, and every attribute.</summary>
    public static string SeriesOf(OtlpPoint point) => Hash(
        [point.Metric, point.Resource, .. point.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}")]);

    private static GenAiWindow Window(ModelId model, List<OtlpPoint> points)
    {
        var end = points.Max(p => p.Time);
        var start = points.Min(p => p.Start);
        var seconds = (int)Math.Clamp(Math.Round((end - start).TotalSeconds), 1, MaxSeconds);
        var errors = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var failed in points.Where(p => p[GenAi.ErrorType] is { Length: > 0 }))
        {
            var name = NameOf(failed[GenAi.ErrorType]!);
            name = errors.ContainsKey(name) || errors.Count < MaxErrors ? name : OtherErrors;
            errors[name] = errors.GetValueOrDefault(name) + failed.Count;
        }

        // The same points, sent again because their answer was lost, make the same event.
        var id = Hash([model.Value, .. points.Select(p => $"{SeriesOf(p)} {p.Start.UtcTicks} {p.Time.UtcTicks} {p.Count}").Order(StringComparer.Ordinal)]);
        return new GenAiWindow(model, end.AddSeconds(-seconds), seconds, points.Sum(p => p.Count), errors, id);
    }

    /// <summary>An error's name as the telemetry schema takes it.</summary>
    private static string NameOf(string type)
    {
        var name = string.Concat(type.Take(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-' ? c : '_'));
        return name.Length == 0 ? OtherErrors : name;
    }

    private static string Hash(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))).AsSpan(0, 16));
}
