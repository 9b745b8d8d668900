using StatusHub.Domain.Scores;

namespace StatusHub.Web.Scores;

/// <summary><c>scores recompute FILE.csv</c>: makes published scores again from the raw figures in the file. Needs no hub and no database.</summary>
internal static class ScoreCommand
{
    private const int Same = 0;
    private const int Different = 1;
    private const int NotRun = 2;

    /// <summary>Most differences written out.</summary>
    private const int MaxShown = 100;

    public static bool IsAsked(string[] args) => args is ["scores", ..];

    /// <returns>0 when every figure is the same, 1 when one differs, 2 when the file could not be read.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is not ["scores", "recompute", var path])
        {
            errors.WriteLine("Usage: scores recompute FILE.csv");
            return NotRun;
        }

        try
        {
            if (new FileInfo(path).Length > ScoreRecomputation.MaxLength)
            {
                errors.WriteLine($"{path} is larger than {ScoreRecomputation.MaxLength} bytes.");
                return NotRun;
            }

            return Report(ScoreRecomputation.Of(File.ReadAllText(path), ScorePolicy.Default), output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{path} cannot be read: {e.Message}");
            return NotRun;
        }
    }

    private static int Report((int Lines, IReadOnlyList<ScoreDifference> Differences) found, TextWriter output)
    {
        foreach (var difference in found.Differences.Take(MaxShown))
        {
            output.WriteLine(difference);
        }

        output.WriteLine(found.Differences.Count == 0
            ? $"{found.Lines} lines recomputed by methodology {ScorePolicy.Version}: every figure is the same."
            : $"{found.Lines} lines recomputed by methodology {ScorePolicy.Version}: {found.Differences.Count} figures differ.");
        return found.Differences.Count == 0 ? Same : Different;
    }
}
