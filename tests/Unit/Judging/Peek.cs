namespace StatusHub.Unit.Judging;
public sealed class Peek
{
    [Fact]
    public void Show()
    {
        foreach (var s in new[] { "opus-shared-router", "flapping", "brown-out", "auth-flaps", "overload", "stream-stall", "wrong-content", "our-network" })
        {
            var r = Replay.Of(s, 7);
            Console.WriteLine($"=== {s} probes {r.Probes}");
            foreach (var m in r.Models) { Console.WriteLine("  " + m + " probes " + r.Story(m.Value).Count); foreach (var c in r.Changes(m.Value).Take(40)) Console.WriteLine("     " + c); }
        }
    }
}
