using System.Text.Json;

namespace StatusHub.Domain.Contracts;

/// <summary>A clause somebody publishes, as facts and figures: data to start from, no advice. The text of the contract always wins.</summary>
/// <param name="Objective">The availability it promises; null for none.</param>
/// <param name="Definition">What counts, in a sentence or two.</param>
/// <param name="Evidence">How the figures were checked: <c>official</c> from the provider's own page, <c>secondary</c> from another's.</param>
/// <param name="Clause">The same as data; without steps where none are published.</param>
public sealed record PublishedClause(
    string Id, string Name, string Scope, decimal? Objective, string Definition, string Evidence, string Source, Clause Clause);

/// <summary>The published clauses that come with the hub.</summary>
public static class PublishedClauses
{
    private const string Resource = "StatusHub.Domain.Contracts.published-clauses.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly Lazy<IReadOnlyList<PublishedClause>> Read = new(ReadAll);

    public static IReadOnlyList<PublishedClause> All => Read.Value;

    public static PublishedClause? Find(string? id) => All.FirstOrDefault(c => c.Id == id);

    private static List<PublishedClause> ReadAll()
    {
        using var stream = typeof(PublishedClauses).Assembly.GetManifestResourceStream(Resource)!;
        return [.. JsonSerializer.Deserialize<FileRow>(stream, Json)!.Clauses.Select(Of)];
    }

    private static PublishedClause Of(ClauseRow row) => new(
        row.Id, row.Name, row.Scope, row.Objective, row.Definition, row.Evidence, row.Source,
        new Clause(
            ClauseNames.Method(row.Method)!.Value, row.Weights == "statuspage" ? StateWeights.Statuspage : StateWeights.LeastShares,
            Clause.UsualDownAbove, row.MinimumMinutes, ExcludesMaintenance: true, row.Tiers, row.ClaimDays));

    private sealed record FileRow(IReadOnlyList<ClauseRow> Clauses);

    private sealed record ClauseRow(
        string Id, string Name, string Scope, decimal? Objective, IReadOnlyList<CreditTier> Tiers, string Method, string Weights, int MinimumMinutes,
        int? ClaimDays, string Definition, string Evidence, string Source);
}

/// <summary>Names of what clauses say, as they stand in files, bodies and answers.</summary>
public static class ClauseNames
{
    private static readonly string[] Methods = ["weighted_time", "downtime_minutes"];
    private static readonly string[] Chances = ["unlikely", "possible", "likely"];

    public static IReadOnlyList<string> AllMethods => Methods;

    public static string Of(CountingMethod method) => Methods[(int)method];

    public static string Of(CreditChance chance) => Chances[(int)chance];

    /// <summary>Null for a name that is none.</summary>
    public static CountingMethod? Method(string? name) => Array.IndexOf(Methods, name) is >= 0 and var at ? (CountingMethod)at : null;
}
