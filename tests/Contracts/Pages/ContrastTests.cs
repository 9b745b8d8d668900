using System.Globalization;

namespace StatusHub.Contracts.Pages;

/// <summary>Text and shapes against the grounds they stand on, by WCAG 2.2 success criteria 1.4.3 and 1.4.11.</summary>
public sealed class ContrastTests
{
    private const double Text = 4.5;
    private const double Graphic = 3;

    private static readonly string[] States = ["ok", "deg", "par", "maj", "mnt", "unk"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Text_is_readable_in_both_themes(int theme)
    {
        var colours = await Theme(theme);
        string[] grounds = ["ground", "card", .. States.Select(s => $"{s}-tint")];
        foreach (var ground in grounds)
        {
            Assert.All(["ink", "soft", "accent"], (string text) => Readable(colours, text, ground, Text));
        }

        foreach (var state in States)
        {
            Assert.All(["ground", "card", $"{state}-tint"], ground => Readable(colours, state, ground, Text));
            Readable(colours, $"{state}-fill", "card", Graphic);
        }
    }

    private static void Readable(Dictionary<string, string> colours, string front, string back, double least)
    {
        var (a, b) = (Luminance(colours[front]), Luminance(colours[back]));
        var contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
        Assert.True(contrast >= least, $"{front} on {back}: {contrast:0.00}");
    }

    /// <summary>The custom properties of the first (light) or second (dark) <c>:root</c> block.</summary>
    private static async Task<Dictionary<string, string>> Theme(int theme)
    {
        var css = await File.ReadAllTextAsync(Path.Combine(Rendered.WebRoot, "public.css"));
        var block = css.Split(":root {")[theme + 1].Split('}')[0];
        return block.Split(';')
            .Select(line => line.Split("--")[^1].Split(": #"))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }
}
