using StatusHub.Domain.Scores;
using StatusHub.Support;

namespace StatusHub.Unit.Scores;

/// <summary>Anyone who has the published file gets the published figures, and sees where one was changed.</summary>
public sealed class ScoreRecomputationTests
{
    private static readonly PublishedWeek Week = SampleScores.Weeks(
        [("acme/one", "One, \"the first\""), ("acme/two", "Two"), ("umbra/three", "=Three")], IsoWeek.Parse("2026-W23"), 4, "acme/one", Guid.Parse("01975000-0000-7000-8000-000000000001"))[0];

    private static readonly string Csv = ScoreCsv.Write(Week);

    [Fact]
    public void The_same_figures_come_out()
    {
        var (lines, differences) = ScoreRecomputation.Of(Csv, ScorePolicy.Default);
        Assert.Empty(differences);
        Assert.Equal(5, lines); // three models, two providers
        Assert.Contains("acme/one", Csv);
        Assert.Contains("'=Three", Csv); // no formula for a spreadsheet
    }

    [Theory]
    [InlineData("score")]
    [InlineData("rank")]
    [InlineData("low95")]
    [InlineData("communication")]
    [InlineData("medianLeadSeconds")]
    [InlineData("nextWeekLow80")]
    public void A_changed_figure_is_named(string column)
    {
        var changed = Change("acme/one", column, "42.5");
        var difference = Assert.Single(ScoreRecomputation.Of(changed, ScorePolicy.Default).Differences);
        Assert.Equal(("acme/one", column, "42.5"), (difference.Subject, difference.Column, difference.Published));
        Assert.Contains($"acme/one: {column} is 42.5", difference.ToString());
    }

    [Fact]
    public void Promised_updates_are_made_again_from_their_counts()
    {
        var provider = Week.Find("acme")!;
        Assert.Equal((2, 1, 50.0), (provider.Facts.PromisedUpdates, provider.Facts.KeptUpdates, provider.Score.Parts.UpdatesKept));
        var changed = Change(",acme,", "keptUpdates", "2");
        var difference = Assert.Single(ScoreRecomputation.Of(changed, ScorePolicy.Default).Differences);
        Assert.Equal(("acme", "updatesKept", "50", "100"), (difference.Subject, difference.Column, difference.Published, difference.Recomputed));
    }

    [Fact]
    public void Changed_raw_seconds_change_the_figures_made_of_them()
    {
        var changed = Change("acme/two", "goodSeconds", "500000");
        var columns = ScoreRecomputation.Of(changed, ScorePolicy.Default).Differences.Where(d => d.Subject == "acme/two").Select(d => d.Column).ToList();
        Assert.Subset(columns.ToHashSet(), new HashSet<string?> { "score", "low95", "high95", "latency" });
    }

    [Theory]
    [InlineData("", "no file of scores")]
    [InlineData("a,b\r\n1,2\r\n", "no file of scores")]
    public void What_is_no_file_of_scores_is_said_to_be_none(string text, string said) =>
        Assert.Contains(said, Assert.Single(ScoreRecomputation.Of(text, ScorePolicy.Default).Differences).ToString());

    [Theory]
    [InlineData("probes", "many", "cannot be read")]
    [InlineData("week", "2026-W60", "is no week")]
    [InlineData("methodology", "0.1", "methodology 0.1")]
    public void A_damaged_line_is_named_and_the_others_are_checked(string column, string value, string said)
    {
        var differences = ScoreRecomputation.Of(Change("umbra/three", column, value), ScorePolicy.Default).Differences;
        Assert.Contains(differences, d => d.Column is null && d.ToString().Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_that_stands_twice_is_named()
    {
        var line = Csv.Split("\r\n").First(l => l.Contains("acme/two", StringComparison.Ordinal));
        Assert.Contains("second line of acme/two", ScoreRecomputation.Of(Csv + line + "\r\n", ScorePolicy.Default).Differences[0].ToString());
    }

    private static string Change(string subject, string column, string value)
    {
        var lines = Csv.Split("\r\n");
        var at = Array.FindIndex(lines, l => l.Contains(subject, StringComparison.Ordinal));
        var cells = lines[at].Split(',');
        var fromEnd = cells.Length - (ScoreCsv.Columns.Count - ScoreCsv.Columns.ToList().IndexOf(column)); // a name may hold a comma
        cells[column is "week" or "methodology" ? ScoreCsv.Columns.ToList().IndexOf(column) : fromEnd] = value;
        lines[at] = string.Join(',', cells);
        return string.Join("\r\n", lines);
    }
}
