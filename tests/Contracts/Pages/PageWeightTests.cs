using System.IO.Compression;
using System.Text;
using StatusHub.Support;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Contracts.Pages;

/// <summary>What a visitor's first look costs on the wire, compressed as the hub compresses it.</summary>
public sealed class PageWeightTests(ITestOutputHelper output)
{
    /// <summary>Document, stylesheet and script of a home page with twenty models, in bytes.</summary>
    private const int FirstLook = 20 * 1024;

    /// <summary>Any one document of the bad day, in bytes.</summary>
    private const int OnePage = 14 * 1024;

    [Fact]
    public async Task Twenty_models_with_ninety_days_each_fit_the_first_look()
    {
        var html = Compressed((await Rendered.Page(SampleViews.Calm())).Html);
        var css = Compressed(await File.ReadAllTextAsync(Path.Combine(Rendered.WebRoot, "public.css")));
        var js = Compressed(await File.ReadAllTextAsync(Path.Combine(Rendered.WebRoot, "public.js")));
        output.WriteLine($"home page, 20 models, brotli: {html} html + {css} css + {js} js = {html + css + js} bytes");
        Assert.InRange(html + css + js, 1, FirstLook);
    }

    [Fact]
    public async Task Every_page_of_a_bad_day_is_small()
    {
        var view = SampleViews.BadDay();
        foreach (var path in PublicPages.Paths(view))
        {
            var bytes = Compressed((await Rendered.Page(view, path)).Html);
            output.WriteLine($"{bytes,6} {path}");
            Assert.InRange(bytes, 1, OnePage);
        }
    }

    private static int Compressed(string text)
    {
        using var bytes = new MemoryStream();
        using (var brotli = new BrotliStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(Encoding.UTF8.GetBytes(text));
        }

        return (int)bytes.Length;
    }
}
