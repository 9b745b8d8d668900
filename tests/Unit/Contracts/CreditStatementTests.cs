using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Contracts;

/// <summary>What counts under a clause, which step it reaches, and what shows it.</summary>
public sealed class CreditStatementTests
{
    private static readonly ModelId Opus = ModelId.Parse("anthropic/claude-opus-4-8");
    private static readonly BillingMonth June = new(2026, 6);
    private static readonly DateTimeOffset Later = new(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int> Steps()
    {
        var steps = new TheoryData<string, int>();
        foreach (var clause in PublishedClauses.All)
        {
            for (var i = 0; i < clause.Clause.Tiers.Count; i++)
            {
                steps.Add(clause.Id, i);
            }
        }

        return steps;
    }

    [Fact]
    public void The_published_clauses_say_where_they_come_from_and_their_steps_go_down()
    {
        Assert.Equal(6, PublishedClauses.All.Count);
        Assert.All(PublishedClauses.All, c =>
        {
            Assert.NotEmpty(c.Source);
            Assert.NotEmpty(c.Evidence);
            Assert.True(c.Clause.Tiers.Count == 0 || c.Clause.Tiers[0].Below == c.Objective, c.Id);
            Assert.All(c.Clause.Tiers.Zip(c.Clause.Tiers.Skip(1)), t => Assert.True(t.First.Below > t.Second.Below && t.First.Credit < t.Second.Credit));
        });
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void At_a_step_exactly_the_milder_one_holds_and_a_minute_below_it_the_step_itself(string template, int step)
    {
        var clause = PublishedClauses.Find(template)!.Clause;
        var weight = clause.Method == CountingMethod.DowntimeMinutes ? 1 : clause.Weights.Major;
        var seconds = (1 - clause.Tiers[step].Below) * 30 * 86_400 / weight;
        Assert.Equal(step == 0 ? null : clause.Tiers[step - 1], Statement(clause, Down(HealthState.MajorOutage, seconds)).Tier);
        Assert.Equal(clause.Tiers[step], Statement(clause, Down(HealthState.MajorOutage, seconds + 60)).Tier);
    }

    [Fact]
    public void The_credit_is_the_steps_share_of_the_spend_to_the_cent()
    {
        var line = Statement(PublishedClauses.Find("azure-openai")!.Clause, Down(HealthState.MajorOutage, 16 * 3_600), spend: 1_234.57m);
        Assert.Equal((0.25m, 308.64m, CreditChance.Likely), (line.Tier!.Credit, line.Credit!.Value, line.Chance));
        Assert.Null(Statement(PublishedClauses.Find("azure-openai")!.Clause, Down(HealthState.MajorOutage, 16 * 3_600)).Credit);
    }

    [Theory]
    [InlineData(HealthState.DegradedPerformance, 0)]
    [InlineData(HealthState.PartialOutage, 60)]
    [InlineData(HealthState.MajorOutage, 60)]
    [InlineData(HealthState.Unknown, 0)]
    [InlineData(HealthState.UnderMaintenance, 0)]
    public void A_minute_is_down_when_more_than_five_percent_of_it_fails(HealthState state, int seconds) =>
        Assert.Equal(seconds, Statement(PublishedClauses.Find("gcp-gemini-online")!.Clause, Down(state, 60)).Down);

    [Fact]
    public void Downtime_shorter_than_the_least_does_not_count_and_one_as_long_does()
    {
        var clause = PublishedClauses.Find("gcp-gemini-online")!.Clause with { MinimumMinutes = 5 };
        Assert.Equal(0, Statement(clause, Down(HealthState.MajorOutage, 4 * 60)).Down);
        Assert.Equal(300, Statement(clause, Down(HealthState.MajorOutage, 5 * 60)).Down);
    }

    [Fact]
    public void Maintenance_is_taken_out_of_the_month_or_counted_as_the_clause_says()
    {
        var clause = PublishedClauses.Find("azure-openai")!.Clause;
        var without = Statement(clause, Down(HealthState.UnderMaintenance, 86_400));
        Assert.Equal((86_400m, 29 * 86_400m, 0m), (without.Excluded, without.Total, without.Down));
        var with = Statement(clause with { ExcludesMaintenance = false, Weights = clause.Weights with { Maintenance = 1 } }, Down(HealthState.UnderMaintenance, 86_400));
        Assert.Equal((0m, 30 * 86_400m, 86_400m), (with.Excluded, with.Total, with.Down));
    }

    [Fact]
    public void Unknown_time_is_shown_never_down_and_makes_a_claim_at_most_possible()
    {
        var line = Statement(PublishedClauses.Find("azure-openai")!.Clause, Down(HealthState.Unknown, 86_400));
        Assert.Equal((0m, 86_400m, 1m, CreditChance.Possible), (line.Down, line.Unknown, line.Availability!.Value, line.Chance));
        Assert.Null(line.Tier);
        var unmeasured = CreditStatement.Of(Contract(PublishedClauses.Find("azure-openai")!.Clause, null), June, new Dictionary<ModelId, MonthRecord>(), new Dictionary<ModelId, decimal>(), Later).Lines[0];
        Assert.Equal((0m, 30 * 86_400m), (unmeasured.Down, unmeasured.Unknown));
    }

    [Fact]
    public void Each_stretch_names_its_incidents_and_what_measured_it()
    {
        var (from, incident) = (June.From.AddHours(10).AddMinutes(7), Guid.CreateVersion7(Later));
        var record = new MonthRecord(
            [new(HealthState.Operational, June.From, from), new(HealthState.MajorOutage, from, from.AddMinutes(20)), new(HealthState.Operational, from.AddMinutes(20), June.To)],
            [new(incident, from, from.AddMinutes(25)), new(Guid.CreateVersion7(Later), from.AddDays(2), null)],
            [
                new(June.From.AddHours(10), TimeSpan.FromHours(1), "eu-west", 120, new Dictionary<string, int> { ["overloaded"] = 40 }, []),
                new(June.From.AddHours(10), TimeSpan.FromHours(1), "us-east", 118, new Dictionary<string, int> { ["overloaded"] = 30, ["timeout"] = 2 }, []),
                new(June.From.AddHours(11), TimeSpan.FromHours(1), "eu-west", 120, new Dictionary<string, int> { ["timeout"] = 9 }, []),
            ]);
        var evidence = Assert.Single(Statement(PublishedClauses.Find("azure-openai")!.Clause, record).Evidence);
        Assert.Equal((from, from.AddMinutes(20), HealthState.MajorOutage, 238), (evidence.From, evidence.To, evidence.State, evidence.Attempts));
        Assert.Equal(incident, Assert.Single(evidence.Incidents));
        Assert.Equal(["eu-west", "us-east"], evidence.Regions);
        Assert.Equal((70, 2), (evidence.Failures["overloaded"], evidence.Failures["timeout"]));
    }

    [Fact]
    public void Whatever_happened_down_is_within_the_known_time_and_the_evidence_adds_up_to_it()
    {
        foreach (var seed in Enumerable.Range(0, 60))
        {
            var chance = new Random(seed);
            var clause = PublishedClauses.All[chance.Next(PublishedClauses.All.Count)].Clause with { MinimumMinutes = chance.Next(0, 8), ExcludesMaintenance = chance.Next(2) == 0 };
            var line = Statement(clause, World(chance));
            Assert.Equal(line.Down, line.Evidence.Sum(e => e.Seconds));
            Assert.InRange(line.Down, 0, line.Total - line.Unknown);
            Assert.Equal(30 * 86_400m, line.Total + line.Excluded);
            Assert.True(line.AtWorst <= line.Availability);
            Assert.All(line.Evidence.Zip(line.Evidence.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From));
        }
    }

    private static MonthRecord World(Random chance)
    {
        var stretches = new List<StateStretch>();
        for (var at = June.From; at < June.To;)
        {
            var end = at.AddSeconds(chance.Next(1, 20_000));
            stretches.Add(new((HealthState)chance.Next(0, 6), at, end));
            at = end;
        }

        return new(stretches, [], []);
    }

    private static MonthRecord Down(HealthState state, decimal seconds)
    {
        var from = June.From.AddDays(2);
        var to = from.AddSeconds((double)seconds);
        return new([new(HealthState.Operational, June.From, from), new(state, from, to), new(HealthState.Operational, to, June.To)], [], []);
    }

    private static CreditLine Statement(Clause clause, MonthRecord record, decimal? spend = null) => CreditStatement.Of(
        Contract(clause, spend), June, new Dictionary<ModelId, MonthRecord> { [Opus] = record }, new Dictionary<ModelId, decimal>(), Later).Lines[0];

    private static ServiceContract Contract(Clause clause, decimal? spend) => new(Guid.Empty, Guid.Empty, "x", null, "USD", clause, [new(Opus, spend)], June.From, June.From);
}
