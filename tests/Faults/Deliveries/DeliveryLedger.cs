using StatusHub.Support.Deliveries;

namespace StatusHub.Faults.Deliveries;

/// <summary>What receivers wrote down, held against what they were owed: nothing of the hub's own is asked.</summary>
internal static class DeliveryLedger
{
    /// <param name="owed">The log positions each path is owed, in log order.</param>
    /// <returns>What is wrong, empty when all is right.</returns>
    public static IReadOnlyList<string> Findings(IReadOnlyDictionary<string, IReadOnlyList<long>> owed, IReadOnlyList<Received> ledger)
    {
        var findings = new List<string>();
        foreach (var (path, positions) in owed)
        {
            var came = ledger.Where(r => r.Path == path).OrderBy(r => r.Number).ToList();
            var first = came.Select(r => r.Position).Distinct().ToList();
            findings.AddRange(positions.Except(first).Take(3).Select(p => $"{path}: {p} never came"));
            findings.AddRange(first.Except(positions).Take(3).Select(p => $"{path}: {p} was not owed"));
            if (!first.SequenceEqual(first.Order()))
            {
                findings.Add($"{path}: first arrivals are out of order");
            }

            findings.AddRange(came.GroupBy(r => r.Position).Where(g => g.Select(r => (r.Id, Convert.ToHexString(r.Body))).Distinct().Count() > 1)
                .Take(3).Select(g => $"{path}: {g.Key} came again as something else"));
        }

        return findings;
    }
}

/// <summary>The ledger's judge sees what it is there to see.</summary>
public sealed class DeliveryLedgerTests
{
    private static readonly Dictionary<string, IReadOnlyList<long>> Owed = new() { ["/a"] = [1, 2, 3] };

    [Fact]
    public void A_full_ledger_with_honest_repeats_is_right() => Assert.Empty(DeliveryLedger.Findings(Owed, [Line(1, 1), Line(2, 2), Line(3, 1), Line(4, 2), Line(5, 3)]));

    [Fact]
    public void A_line_that_is_missing_is_seen() => Assert.Equal(["/a: 2 never came"], DeliveryLedger.Findings(Owed, [Line(1, 1), Line(2, 3)]));

    [Fact]
    public void A_wrong_order_is_seen() => Assert.Equal(["/a: first arrivals are out of order"], DeliveryLedger.Findings(Owed, [Line(1, 2), Line(2, 1), Line(3, 3)]));

    [Fact]
    public void Another_body_under_the_same_position_is_seen() =>
        Assert.Equal(["/a: 2 came again as something else"], DeliveryLedger.Findings(Owed, [Line(1, 1), Line(2, 2), Line(3, 2, 9), Line(4, 3)]));

    [Fact]
    public void What_was_not_owed_is_seen() => Assert.Equal(["/a: 4 was not owed"], DeliveryLedger.Findings(Owed, [Line(1, 1), Line(2, 2), Line(3, 3), Line(4, 4)]));

    private static Received Line(int number, long position, byte body = 1) =>
        new(number, "/a", $"s_{position}", "1", "v1,x", null, new Dictionary<string, string>(), [body], DateTimeOffset.UnixEpoch);
}
