using System.Globalization;
using StatusHub.Domain.Contracts;

namespace StatusHub.Web.Contracts;

/// <summary>What a statement says in words.</summary>
internal static class StatementWords
{
    /// <summary><c>June 2026</c>.</summary>
    public static string Name(BillingMonth month) => new DateOnly(month.Year, month.Month, 1).ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    public static IReadOnlyList<string> Notes(CreditStatement s)
    {
        List<string> notes =
        [
            "This says what to claim by our measurements. What is owed is decided by the text of your contract and the provider's own records.",
            "Time of which we know nothing never counts as down; it is shown beside.",
            "Failures that the caller causes (wrong keys, own limits, own network) make no model's state and so never count.",
        ];
        if (s.Contract.Template is not null)
        {
            notes.Add("The clause was taken from published figures: compare it with your contract before you claim.");
        }

        if (s.Contract.Clause.Latency is not null)
        {
            notes.Add($"Slowness is counted by the hour, the finest kept for a month, and only of hours with {LatencyTerm.LeastAnswers} answers or more: the late share of an hour's answers, of the time that is not down already. For months over a year ago it is not kept.");
        }

        if (!s.IsComplete)
        {
            notes.Add("The month is not over.");
        }

        if (s.ClaimBy is { } by)
        {
            notes.Add(FormattableString.Invariant($"Claim by {by.UtcDateTime:yyyy-MM-dd}."));
        }

        return notes;
    }

    /// <summary>What a clause gives, in a sentence.</summary>
    public static string Steps(Clause clause) =>
        $"Credit {string.Join(", ", clause.Tiers.Select(t => FormattableString.Invariant($"{t.Credit:0.####%} below {t.Below:0.####%}")))}.{Speed(clause.Latency)}";

    private static string Speed(LatencyTerm? term) => term is null ? ""
        : FormattableString.Invariant($" An hour with over {term.LateAbove:0.####%} of answers later than {term.TtftLimitMs:0} ms counts by that share.");

    /// <summary>What showed that a stretch was down.</summary>
    public static string Measured(DownEvidence e) => e.Failures.Count == 0
        ? "Reports of others; no probe of ours failed"
        : $"{e.Failures.Values.Sum()} of {e.Attempts} probes around it failed from {string.Join(", ", e.Regions)} ({string.Join(", ", e.Failures.OrderByDescending(f => f.Value).Select(f => $"{f.Key.Replace('_', ' ')} {f.Value}"))})";

    /// <summary>What showed that an hour was slow.</summary>
    public static string Measured(SlowHour h) => $"{h.Late} of {h.Answers} answers began late, seen from {string.Join(", ", h.Regions)}";

    /// <summary>A claim in one sentence.</summary>
    public static string Claim(CreditLine line, string currency) => (line.Chance, line.Tier) switch
    {
        (CreditChance.Likely, { } tier) => FormattableString.Invariant(
            $"Claim {tier.Credit:P0} of the month's spend{(line.Credit is { } credit ? $": {credit:0.00} {currency}" : "")}. Availability was below {tier.Below:0.####%}."),
        (CreditChance.Possible, _) => "A claim is possible only if the model was down while we knew nothing of it: look into your own logs.",
        _ => "Nothing to claim.",
    };
}
