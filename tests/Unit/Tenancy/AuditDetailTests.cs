using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Fallback;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Unit.Tenancy;

/// <summary>What the record says of a change.</summary>
public sealed class AuditDetailTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly FallbackPlan Plan = new(
        Guid.Empty, Guid.Empty, "Writing", ModelId.Parse("a/one"), Requirements.None, [new(ModelId.Parse("a/two"), "Be brief.", Requirements.None)], Now, Now);

    [Fact]
    public void Only_what_changed_is_told_with_both_values() => Assert.Equal(
        "b 1 → 2; c 3 → nothing; d nothing → 4",
        AuditDetail.Changed([new("a", "0"), new("b", "1"), new("c", "3")], [new("a", "0"), new("b", "2"), new("d", "4")]));

    [Fact]
    public void The_same_again_is_said_to_be() => Assert.Equal("nothing changed", AuditDetail.Changed(AuditTerms.Of(Plan), AuditTerms.Of(Plan)));

    [Fact]
    public void A_long_value_is_cut_and_a_change_behind_the_cut_is_still_one()
    {
        var (before, after) = (new string('x', 5_000), new string('x', 4_999) + "y");
        var detail = AuditDetail.Changed([new("name", before)], [new("name", after)]);
        Assert.InRange(detail.Length, 2 * AuditDetail.MaxValueLength, (2 * AuditDetail.MaxValueLength) + 20);
    }

    [Fact]
    public void A_prompt_that_changed_is_told_of_and_never_written_out()
    {
        var other = Plan with { Alternatives = [Plan.Alternatives[0] with { Prompt = "Be short." }] };
        var detail = AuditDetail.Changed(AuditTerms.Of(Plan), AuditTerms.Of(other));
        Assert.StartsWith("alternative 1 prompt 9 characters (", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Be ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clauses_promise_of_speed_is_a_term_like_others()
    {
        var clause = PublishedClauses.Find("azure-openai")!.Clause;
        ServiceContract Of(Clause c) => new(Guid.Empty, Guid.Empty, "Ours", null, "USD", c, [new(ModelId.Parse("a/one"), null)], Now, Now);
        Assert.Equal(
            "speed not promised → hours with over 10 % of answers later than 2000 ms",
            AuditDetail.Changed(AuditTerms.Of(Of(clause)), AuditTerms.Of(Of(clause with { Latency = new(2_000, 0.1m) }))));
    }
}
