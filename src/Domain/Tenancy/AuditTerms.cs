using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Fallback;

namespace StatusHub.Domain.Tenancy;

/// <summary>What organisations agree on and keep, term by term and in words, for the record of who changed it.</summary>
public static class AuditTerms
{
    private const int MarkBytes = 4;

    public static IReadOnlyList<AuditTerm> Of(Objective o) =>
    [
        new("name", o.Name), new("model", o.Model.Value), new("target", Share((decimal)o.Target)), new("window", o.Window.ToString()),
        o.TtftLimitMs is { } limit ? new("first token within", $"{Number((decimal)limit)} ms") : Weights(o.Weights),
    ];

    public static IReadOnlyList<AuditTerm> Of(ServiceContract c) =>
    [
        new("name", c.Name), new("template", c.Template ?? "none"),
        new("covers", string.Join(", ", c.Covers.Select(m => m.MonthlySpend is { } spend ? $"{m.Model} at {Number(spend)} {c.Currency}" : m.Model.Value))),
        .. Of(c.Clause),
    ];

    /// <summary>A plan's prompts are told of by their length and mark: work of their owner's is no part of a record, that it changed is.</summary>
    public static IReadOnlyList<AuditTerm> Of(FallbackPlan p) =>
    [
        new("name", p.Name), new("primary", p.Primary.Value), new("needs", Asked(p.Needs)),
        .. p.Alternatives.SelectMany((a, i) => Of(a, $"alternative {i + 1}")),
    ];

    private static AuditTerm[] Of(Clause c) =>
    [
        new("method", ClauseNames.Of(c.Method)), Weights(c.Weights), new("down above", Share(c.DownAbove)), new("least minutes", Number(c.MinimumMinutes)),
        new("maintenance", c.ExcludesMaintenance ? "taken out" : "counted"),
        new("steps", string.Join(", ", c.Tiers.Select(t => $"{Share(t.Credit)} below {Share(t.Below)}"))),
        new("speed", c.Latency is { } speed ? $"hours with over {Share(speed.LateAbove)} of answers later than {Number((decimal)speed.TtftLimitMs)} ms" : "not promised"),
        new("days to claim", c.ClaimDays is { } days ? Number(days) : "not said"),
    ];

    private static IEnumerable<AuditTerm> Of(PlannedAlternative a, string place)
    {
        yield return new(place, a.Model.Value);
        if (a.Needs.Text != Requirements.None.Text)
        {
            yield return new($"{place} needs", Asked(a.Needs));
        }

        if (a.Prompt is { } prompt)
        {
            yield return new($"{place} prompt", $"{Number(prompt.Length)} characters ({Mark(prompt)})");
        }
    }

    private static AuditTerm Weights(StateWeights w) => new("weights", $"{Number(w.Degraded)} degraded, {Number(w.Partial)} partial, {Number(w.Major)} major, {Number(w.Maintenance)} maintenance");

    private static string Asked(Requirements needs) => needs.ToString() is { Length: > 0 } text ? text : "nothing";

    private static string Mark(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, MarkBytes));

    private static string Share(decimal share) => $"{Number(share * 100)} %";

    private static string Number(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
