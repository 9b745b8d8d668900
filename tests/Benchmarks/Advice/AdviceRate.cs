using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Support.Stories;
using StatusHub.Web.Fallback;

namespace StatusHub.Benchmarks.Advice;

/// <summary>
/// Answers to "what instead?" a second on one core, by the call that <c>GET /api/v1/fallback</c> makes, in a hub whose primary and its neighbour are down.
/// The floor in the same run is one look-up of the primary's verdict: what an answer costs that advises nothing.
/// </summary>
internal static class AdviceRate
{
    private const double Goal = 100_000;
    private const int Batch = 1_000;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(1), Measuring = TimeSpan.FromSeconds(4);
    private static readonly DateTimeOffset Start = new(2026, 6, 7, 12, 14, 0, TimeSpan.Zero);
    private static readonly ModelId Opus = ModelId.Parse("anthropic/claude-opus-4-8");

    /// <returns>0 when the goal is reached, else 1.</returns>
    public static async Task<int> RunAsync()
    {
        await using var app = await StatusHubApp.StartAsync(new StoryStart(Start, "opus-shared-router"), default);
        await new StoryDriver(app).PlayAsync(Start.AddMinutes(8), default);
        await app.PageAsync("/", default);
        var board = app.Services.GetRequiredService<FallbackBoard>();
        var advised = board.Advise(Opus, Requirements.None, null)!;
        Console.WriteLine($"{advised.Ranked.Count} candidates; {advised.Advice.Kind} to {advised.Advice.To}");

        var answers = Rate(() => board.Advise(Opus, Requirements.None, null)!.Ranked.Count);
        var floor = Rate(() => board.Fleet.Models.TryGetValue(Opus, out _) ? 1 : 0);
        Console.WriteLine($"{answers:N0} answers a second on one core (goal {Goal:N0}); the floor is {floor / answers:N0} times that");
        return answers >= Goal ? 0 : 1;
    }

    private static double Rate(Func<int> ask)
    {
        Repeat(ask, Warming);
        var (asked, seconds) = Repeat(ask, Measuring);
        return asked / seconds;
    }

    private static (long Asked, double Seconds) Repeat(Func<int> ask, TimeSpan time)
    {
        var began = TimeProvider.System.GetTimestamp();
        long asked = 0, seen = 0;
        while (TimeProvider.System.GetElapsedTime(began) < time)
        {
            for (var i = 0; i < Batch; i++)
            {
                seen += ask();
            }

            asked += Batch;
        }

        return seen > 0 ? (asked, TimeProvider.System.GetElapsedTime(began).TotalSeconds) : throw new InvalidOperationException("Nothing was answered.");
    }
}
