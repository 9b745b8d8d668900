using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Web.Access;

namespace StatusHub.Web.Api;

/// <summary>As whom a request reads the feed: as anyone, or as the organisation whose key it shows.</summary>
internal sealed class KeyedReaders(ApiKeys keys, Readers readers)
{
    public ValueTask<EventReader> OfAsync(HttpContext context, CancellationToken cancel) =>
        context.Holder() is { } holder ? readers.OfAsync(holder.OrgId, cancel) : ValueTask.FromResult(EventReader.Anyone);

    /// <summary>The same in the middle of a stream, however long it lasts.</summary>
    /// <returns>Null when the key has been revoked since.</returns>
    public async ValueTask<EventReader?> TryOfAsync(HttpContext context, CancellationToken cancel) =>
        context.Holder() is null || (context.Request.KeyText() is { } key && await keys.FindAsync(key, cancel) is not null)
            ? await OfAsync(context, cancel)
            : null;
}
