using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using StatusHub.Web.Public.Pages;

namespace StatusHub.Web.Public.Rendering;

/// <summary>Renders public pages to strings, outside any request. Safe to call from several threads: each page has a renderer of its own.</summary>
/// <param name="services">Needs nothing registered but logging.</param>
public sealed class PublicRenderer(IServiceProvider services, ILoggerFactory logs, PageAssets assets, PageOptions options)
{
    /// <param name="path">Without base path and query, as <see cref="PublicPages.Paths"/> lists them; unknown paths give the 404 page.</param>
    /// <param name="now">Hub time: against it the view is stale or not.</param>
    public async Task<PageRendering> Render(HubView view, string path, DateTimeOffset now)
    {
        var context = PageContext.Of(view, now, path, options, assets);
        var page = PublicPages.At(context.View, path);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(Document.Context)] = context,
            [nameof(Document.Page)] = page,
        });

        await using var scope = services.CreateAsyncScope(); // the renderer asks for scoped services
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        var marked = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<Document>(parameters)).ToHtmlString());
        var (html, fragments, main) = PageCutter.Cut(marked);
        return new(page.Status, html, fragments, main);
    }
}
