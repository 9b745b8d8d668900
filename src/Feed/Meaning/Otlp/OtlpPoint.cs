namespace StatusHub.Feed.Meaning.Otlp;

/// <summary>One data point of a histogram metric, as far as a model's health needs it.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="IsCumulative">Counts since <paramref name="Start"/> rather than since the last export.</param>
/// <param name="Resource">Attributes of whoever measured, as one text; part of what tells series apart.</param>
public sealed record OtlpPoint(
    string Metric, bool IsCumulative, DateTimeOffset Start, DateTimeOffset Time, long Count, IReadOnlyDictionary<string, string> Attributes, string Resource)
{
    public string? this[string name] => Attributes.GetValueOrDefault(name);
}

/// <summary>What could be read of an export.</summary>
/// <param name="Points">Of the metrics that tell about models.</param>
/// <param name="Others">Data points of all other metrics: nothing is wrong with them, they only say nothing about models.</param>
public sealed record OtlpExport(IReadOnlyList<OtlpPoint> Points, int Others);

/// <summary>The metrics and attributes of the GenAI semantic conventions of OpenTelemetry that we understand.</summary>
public static class GenAi
{
    /// <summary>Whole requests at the client, each with <c>error.type</c> when it failed: the one metric health is told from.</summary>
    public const string Duration = "gen_ai.client.operation.duration";

    public const string Provider = "gen_ai.provider.name";

    /// <summary>What older emitters send for <see cref="Provider"/>.</summary>
    public const string System = "gen_ai.system";

    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
}

/// <summary>Limits of one export.</summary>
public static class OtlpLimits
{
    /// <summary>Most bytes, unpacked.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    public const int MaxPoints = 10_000;

    /// <summary>Most attributes read of one point or resource, and most characters of one.</summary>
    public const int MaxAttributes = 64;
    public const int MaxText = 256;
}
