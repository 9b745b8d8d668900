namespace StatusHub.Domain.Scores;

/// <summary>A figure that is not what its raw figures make it.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Column">Null when the line as a whole cannot be read.</param>
public sealed record ScoreDifference(int Line, string Subject, string? Column, string Published, string Recomputed)
{
    public override string ToString() => Column is null
        ? $"line {Line}: {Recomputed}"
        : $"line {Line}: {Subject}: {Column} is {(Published.Length > 0 ? Published : "empty")}, recomputed {(Recomputed.Length > 0 ? Recomputed : "empty")}";
}

/// <summary>Makes published scores again from the raw figures beside them.</summary>
public static class ScoreRecomputation
{
    /// <summary>Longest file read, in characters.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <returns>Lines checked, and every figure that differs.</returns>
    public static (int Lines, IReadOnlyList<ScoreDifference> Differences) Of(string csv, ScorePolicy policy)
    {
        var lines = CsvText.Read(csv);
        if (lines.Count == 0 || ScoreCsv.Columns.Any(c => !lines[0].Contains(c)))
        {
            return (0, [new(1, "", null, "", "this is no file of scores: its columns are not those of methodology " + ScorePolicy.Version)]);
        }

        var at = lines[0].Select((name, i) => (name, i)).GroupBy(c => c.name).ToDictionary(g => g.Key, g => g.First().i, StringComparer.Ordinal);
        var (read, differences) = (new List<ReadLine>(), new List<ScoreDifference>());
        for (var i = 1; i < lines.Count; i++)
        {
            var (line, wrong) = Read(lines[i], i + 1, at);
            if (line is null || read.Exists(l => l.Week == line.Week && l.Facts.Subject == line.Facts.Subject))
            {
                differences.Add(wrong ?? new(i + 1, line!.Facts.Subject, null, "", $"is a second line of {line.Facts.Subject}"));
            }
            else
            {
                read.Add(line);
            }
        }

        differences.AddRange(read.GroupBy(l => l.Week).SelectMany(week => Compare(week.Key, [.. week], at, policy)));
        return (lines.Count - 1, [.. differences.OrderBy(d => d.Line)]);
    }

    private static IEnumerable<ScoreDifference> Compare(IsoWeek week, List<ReadLine> lines, Dictionary<string, int> at, ScorePolicy policy)
    {
        var rows = ScoreRanking.Of(lines.Select(l => (l.Cells[at["name"]], l.Facts)), week, policy);
        var made = new PublishedWeek(week, ScorePolicy.Version, default, rows);
        var bySubject = rows.ToDictionary(r => r.Facts.Subject, StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var again = ScoreCsv.Cells(made, bySubject[line.Facts.Subject]).Zip(ScoreCsv.Columns).ToDictionary(c => c.Second, c => c.First, StringComparer.Ordinal);
            foreach (var column in ScoreCsv.MadeColumns.Where(c => again[c] != line.Cells[at[c]]))
            {
                yield return new(line.Number, line.Facts.Subject, column, line.Cells[at[column]], again[column]);
            }
        }
    }

    private static (ReadLine? Line, ScoreDifference? Wrong) Read(string[] cells, int number, Dictionary<string, int> at)
    {
        ScoreDifference Wrong(string why) => new(number, "", null, "", why);
        if (cells.Length != ScoreCsv.Columns.Count)
        {
            return (null, Wrong($"has {cells.Length} cells, not {ScoreCsv.Columns.Count}"));
        }

        if (!IsoWeek.TryParse(cells[at["week"]], out var week))
        {
            return (null, Wrong($"'{cells[at["week"]]}' is no week"));
        }

        if (cells[at["methodology"]] != ScorePolicy.Version)
        {
            return (null, Wrong($"was made by methodology {cells[at["methodology"]]}; this program knows {ScorePolicy.Version}"));
        }

        try
        {
            return (new ReadLine(number, week, cells, ScoreCsv.Facts(name => cells[at[name]])), null);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return (null, Wrong($"cannot be read: {e.Message}"));
        }
    }

    private sealed record ReadLine(int Number, IsoWeek Week, string[] Cells, ScoreFacts Facts);
}
