using StatusHub.Simulator.Faults;
using StatusHub.Simulator.Pacing;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Dialects;

/// <summary>All chance of one request, drawn at once: its fate, its pace, its ids and by how much a wrong number is wrong.</summary>
internal readonly record struct Luck(Fate Fate, Pace Pace, ulong IdHigh, ulong IdLow, int WrongBy)
{
    /// <summary>A wrong number is off by 1 up to this.</summary>
    private const int MaxError = 99;

    public static Luck Draw(SimulatedModel model, FaultSet faults, double noise, DateTimeOffset now, Random random)
    {
        var ttftMs = (faults.TtftMs ?? model.TtftMs) * faults.TtftMultiplier;
        var tokensPerSecond = (faults.TokensPerSecond ?? model.TokensPerSecond) * faults.TokensPerSecondMultiplier;
        return new Luck(
            Fate.Draw(faults, noise, random), Tempo.Draw(ttftMs, tokensPerSecond, now, random), Bits(random), Bits(random), random.Next(1, MaxError + 1));
    }

    /// <summary>The luck of a request that reaches no model: ids, and an ending at the gate.</summary>
    public static Luck AtTheGate(FaultSet faults, Random random) =>
        new(Fate.Draw(faults, 0, random), default, Bits(random), Bits(random), 1);

    /// <summary>The drawn bits in hexadecimal, 32 characters.</summary>
    public string Hex => $"{IdHigh:x16}{IdLow:x16}";

    /// <summary>The drawn bits in base 58, <paramref name="length"/> characters.</summary>
    public string Base58(int length)
    {
        const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        return string.Create(length, new UInt128(IdHigh, IdLow), static (text, bits) =>
        {
            foreach (ref var c in text)
            {
                (bits, var digit) = UInt128.DivRem(bits, 58);
                c = Alphabet[(int)digit];
            }
        });
    }

    private static ulong Bits(Random random) => (ulong)random.NextInt64(long.MaxValue);
}
