namespace StatusHub.Support;

/// <summary>Waits for what must come to be, and no longer than a limit: tests look, they never sleep blindly.</summary>
public static class Patience
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    private const int MostShown = 500;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    /// <exception cref="TimeoutException">It did not come to be within the limit; the message says what.</exception>
    public static async Task<T> UntilAsync<T>(string what, Func<Task<T>> look, Func<T, bool> good, TimeSpan? limit = null)
    {
        var most = limit ?? Usual;
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (good(seen))
            {
                return seen;
            }

            if (TimeProvider.System.GetElapsedTime(start) > most)
            {
                throw new TimeoutException($"Not within {most.TotalSeconds:0.#} s: {what}. Last seen: {Short($"{seen}")}");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System);
        }
    }

    private static string Short(string seen) => seen.Length <= MostShown ? seen : seen[..MostShown] + "…";

    public static async Task UntilAsync(string what, Func<Task<bool>> look, TimeSpan? limit = null) =>
        await UntilAsync(what, look, good => good, limit);
}
