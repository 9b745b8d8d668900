
namespace StatusHub.Benchmarks.Figures;

/// <summary>Every acceptance figure of judging, recovery estimates and shared fate in one table, from seeded worlds and the hub's own code.</summary>
internal static class FigureTable
{
    /// <returns>0 when every figure is met, else 1.</returns>
    public static Task<int> RunAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        int met = 0, all = 0;
        Console.WriteLine("| part | figure | here | reference | promised | |\n|---|---|---|---|---|---|");
        foreach (var figure in ProbeFigures.All().Concat(SeverityFigures.All()).Concat(OthersFigures.All()).Concat(EstimateFigures.All()).Concat(SharedFateFigures.All()))
        {
            Console.WriteLine(figure);
            all++;
            met += figure.IsMet ? 1 : 0;
        }

        Console.WriteLine($"\n{met} of {all} figures met, in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        return Task.FromResult(met == all ? 0 : 1);
    }
}
