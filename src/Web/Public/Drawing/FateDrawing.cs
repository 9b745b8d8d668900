using System.Globalization;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Web.Public.Drawing;

/// <summary>A model in the middle and what falls with it around it, on a square of <see cref="Size"/>: the surer, the nearer and the thicker its line.</summary>
public sealed record FateDrawing(IReadOnlyList<FateDrawing.Spoke> Spokes)
{
    public const int Size = 320;
    public const int Middle = Size / 2;

    private const double Nearest = 60;
    private const double Farthest = 125;
    private const double Thinnest = 1;
    private const double Thickest = 9;

    /// <param name="Width">Of its line.</param>
    /// <param name="State">Of the model at its end.</param>
    public sealed record Spoke(FateView Fate, HealthState State, int X, int Y, string Width);

    public static FateDrawing Of(IReadOnlyList<FateView> fates, Func<ModelId, HealthState> state) => new([.. fates.Select((fate, i) =>
    {
        var angle = (2 * Math.PI * i / fates.Count) - (Math.PI / 2);
        var length = Farthest - (fate.DownTogether * (Farthest - Nearest));
        return new Spoke(
            fate, state(fate.Model), (int)Math.Round(Middle + (length * Math.Cos(angle))), (int)Math.Round(Middle + (length * Math.Sin(angle))),
            (Thinnest + (fate.DownTogether * (Thickest - Thinnest))).ToString("0.#", CultureInfo.InvariantCulture));
    })]);
}
