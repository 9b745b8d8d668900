using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Contracts;

namespace StatusHub.Web.Console.Contracts;

/// <summary>What stands in the form while a contract is added or changed. It is read as a request of the API is.</summary>
public sealed class ContractDraft
{
    private const StringSplitOptions Trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    public string Name { get; set; } = "";

    public string Template { get; set; } = "";

    public string Currency { get; set; } = "USD";

    /// <summary>A model and what it costs a month, one a line.</summary>
    public string Covers { get; set; } = "";

    /// <summary>Availability and credit in per cent, one a line; empty for those of the template.</summary>
    public string Tiers { get; set; } = "";

    public string Method { get; set; } = "";

    public string MinimumMinutes { get; set; } = "";

    public string ClaimDays { get; set; } = "";

    /// <summary>Milliseconds; empty for no promise of speed.</summary>
    public string TtftLimit { get; set; } = "";

    /// <summary>Per cent; empty for the usual share.</summary>
    public string LateAbove { get; set; } = "";

    /// <summary>What the form does not show of a contract that is changed.</summary>
    public Clause? Before { get; set; }

    public static ContractDraft Of(ServiceContract c) => new()
    {
        Name = c.Name,
        Template = c.Template ?? "",
        Currency = c.Currency,
        Covers = string.Join('\n', c.Covers.Select(m => m.MonthlySpend is { } spend ? FormattableString.Invariant($"{m.Model} {spend:0.##}") : m.Model.Value)),
        Tiers = string.Join('\n', c.Clause.Tiers.Select(t => FormattableString.Invariant($"{t.Below * 100:0.####} {t.Credit * 100:0.####}"))),
        Method = ClauseNames.Of(c.Clause.Method),
        MinimumMinutes = c.Clause.MinimumMinutes.ToString(CultureInfo.InvariantCulture),
        ClaimDays = c.Clause.ClaimDays?.ToString(CultureInfo.InvariantCulture) ?? "",
        TtftLimit = c.Clause.Latency?.TtftLimitMs.ToString("0", CultureInfo.InvariantCulture) ?? "",
        LateAbove = c.Clause.Latency is { } speed ? FormattableString.Invariant($"{speed.LateAbove * 100:0.####}") : "",
        Before = c.Clause,
    };

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["name"] = Name,
        ["template"] = Template.Length > 0 ? Template : null,
        ["currency"] = Currency.Trim(),
        ["covers"] = new JsonArray([.. Lines(Covers).Select(Covered)]),
        ["clause"] = new JsonObject
        {
            ["method"] = Method.Length > 0 ? Method : null,
            ["minimumMinutes"] = FormNumbers.Number(MinimumMinutes),
            ["claimDays"] = FormNumbers.Number(ClaimDays),
            ["tiers"] = Lines(Tiers) is { Length: > 0 } tiers ? new JsonArray([.. tiers.Select(Tier)]) : null,
            ["latency"] = (TtftLimit + LateAbove).Trim().Length > 0
                ? new JsonObject { ["ttftLimitMs"] = FormNumbers.Number(TtftLimit), ["lateAbove"] = FormNumbers.Share(LateAbove) } : null,
            ["downAbove"] = Before?.DownAbove,
            ["excludesMaintenance"] = Before?.ExcludesMaintenance,
            ["weights"] = Before is { Weights: var w } ? new JsonObject
            {
                ["degraded_performance"] = w.Degraded,
                ["partial_outage"] = w.Partial,
                ["major_outage"] = w.Major,
                ["under_maintenance"] = w.Maintenance,
            } : null,
        },
    });

    private static string[] Lines(string text) => text.Split('\n', Trimmed);

    private static JsonNode Covered(string line)
    {
        var words = line.Split([' ', '\t'], 2, Trimmed);
        return new JsonObject { ["model"] = words[0], ["monthlySpend"] = words.Length > 1 ? FormNumbers.Number(words[1]) : null };
    }

    private static JsonNode Tier(string line)
    {
        var words = line.Split([' ', '\t', ':'], 2, Trimmed);
        return new JsonObject { ["below"] = FormNumbers.Share(words[0]), ["credit"] = words.Length > 1 ? FormNumbers.Share(words[1]) : null };
    }
}
