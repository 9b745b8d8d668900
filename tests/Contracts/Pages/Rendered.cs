using System.Collections.Concurrent;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging.Abstractions;
using StatusHub.Support;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Contracts.Pages;

/// <summary>Pages rendered as the hub renders them, from sample views.</summary>
internal static class Rendered
{
    public static string WebRoot { get; } = Path.Combine(Up("StatusHub.sln"), "src", "Web", "wwwroot");

    public static async Task<PageRendering> Page(HubView view, string path = "/", DateTimeOffset? now = null, PageOptions? options = null)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var files = new PhysicalFileProvider(WebRoot);
        var renderer = new PublicRenderer(services, NullLoggerFactory.Instance, PageAssets.From(files), options ?? new());
        return await renderer.Render(view, path, now ?? view.AsOf);
    }

    public static async Task<IHtmlDocument> Document(HubView view, string path = "/", DateTimeOffset? now = null, PageOptions? options = null) =>
        Parse((await Page(view, path, now, options)).Html);

    public static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    /// <summary>Every page of every sample view, with where it came from.</summary>
    public static async Task<IReadOnlyList<(string Where, PageRendering Page)>> Everything()
    {
        var pages = new ConcurrentBag<(string, PageRendering)>();
        foreach (var (name, view, now) in Views())
        {
            foreach (var path in PublicPages.Paths(view))
            {
                pages.Add(($"{name} {path}", await Page(view, path, now)));
            }
        }

        return [.. pages];
    }

    private static IEnumerable<(string Name, HubView View, DateTimeOffset Now)> Views() =>
    [
        ("calm", SampleViews.Calm(), SampleViews.BadAfternoon),
        ("bad", SampleViews.BadDay(), SampleViews.BadAfternoon),
        ("stale", SampleViews.Stale(), SampleViews.LongAfter),
        ("empty", SampleViews.Empty(), SampleViews.BadAfternoon),
        ("states", SampleViews.EveryState(), SampleViews.BadAfternoon),
        ("hostile", SampleViews.Hostile("<script>alert(1)</script>\" onclick='x' \uE000main\uE001"), SampleViews.BadAfternoon),
    ];

    private static string Up(string marker)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, marker)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"{marker} is in no folder above the tests.");
    }
}
