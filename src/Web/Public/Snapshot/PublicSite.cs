using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using StatusHub.Domain.Time;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>One page ready to be sent: the bytes of each encoding and the tag that names them.</summary>
public sealed record SnapshotPage(PageRendering Rendering, byte[] Plain, byte[] Brotli, byte[] Gzip, string ETag);

/// <summary>
/// Every public page of the present view, rendered and compressed once and then only copied to the wire. The home page is rendered
/// when the view is replaced, the others when somebody first asks; no request ever touches the database.
/// </summary>
public sealed class PublicSite(CurrentView current, PublicRenderer renderer, PageOptions options, Clocks clocks)
{
    private Edition _edition = new(current.Value, clocks.Now, null);

    /// <summary>Takes a new view (or the old one again, when time alone has changed how it must be shown) and renders the home page.</summary>
    public async Task PublishAsync(HubView view)
    {
        var edition = new Edition(view, clocks.Now, Volatile.Read(ref _edition));
        await PageAsync(edition, PublicPages.Home);
        Volatile.Write(ref _edition, edition);
        edition.Earlier!.Forget();
        current.Replace(PageContext.Honest(view, edition.At, options)); // machines are told no more than people
        edition.Earlier.MarkSuperseded();
    }

    /// <summary>The newest edition; follow it with <see cref="Edition.Superseded"/>.</summary>
    public Edition Newest => Volatile.Read(ref _edition);

    /// <param name="path">Without query; unknown paths give the 404 page.</param>
    public Task<SnapshotPage> PageAsync(string path) => PageAsync(Newest, path);

    public Task<SnapshotPage> PageAsync(Edition edition, string path)
    {
        var known = PublicPages.At(edition.View, path) is NotFoundPage ? PublicPages.NotFound : path;
        return edition.Page(known, () => RenderAsync(edition, known));
    }

    private async Task<SnapshotPage> RenderAsync(Edition edition, string path)
    {
        var rendering = await renderer.Render(edition.View, path, edition.At);
        var plain = Encoding.UTF8.GetBytes(rendering.Html);
        return new SnapshotPage(
            rendering,
            plain,
            Compress(plain, stream => new BrotliStream(stream, new BrotliCompressionOptions { Quality = 6 })),
            Compress(plain, stream => new GZipStream(stream, CompressionLevel.Optimal)),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(plain))[..20]}\"");
    }

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> open)
    {
        using var compressed = new MemoryStream();
        using (var stream = open(compressed))
        {
            stream.Write(plain);
        }

        return compressed.ToArray();
    }
}

/// <summary>One view as rendered at one moment.</summary>
public sealed class Edition(HubView view, DateTimeOffset at, Edition? earlier)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<SnapshotPage>>> _pages = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HubView View { get; } = view;

    /// <summary>Hub time it was rendered for; names the edition to readers who come back.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>The one before, for readers who still have that; null when too old.</summary>
    public Edition? Earlier { get; private set; } = earlier;

    public string Id => At.ToUnixTimeMilliseconds().ToString();

    /// <summary>Completes when there is a newer edition.</summary>
    public Task Superseded => _superseded.Task;

    internal Task<SnapshotPage> Page(string path, Func<Task<SnapshotPage>> render) =>
        _pages.GetOrAdd(path, _ => new Lazy<Task<SnapshotPage>>(render)).Value;

    /// <summary>Lets the edition before this one go, so that editions do not pile up.</summary>
    internal void Forget() => Earlier = null;

    internal void MarkSuperseded() => _superseded.TrySetResult();
}
