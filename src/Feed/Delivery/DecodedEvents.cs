using System.Runtime.CompilerServices;
using StatusHub.Domain.Events;
using StatusHub.Feed.CloudEvents;

namespace StatusHub.Feed.Delivery;

/// <summary>Logged events as CloudEvents, each made once for however many subscriptions ask, and forgotten with the event.</summary>
public sealed class DecodedEvents(CloudEventJson json)
{
    private readonly ConditionalWeakTable<LoggedEvent, CloudEvent> _decoded = new();

    public CloudEvent Of(LoggedEvent logged) => _decoded.GetValue(logged, json.EventOf);

    /// <summary>Whether its sender wanted nobody to be told any more by now (the extension <c>expirytime</c>).</summary>
    public bool IsExpired(LoggedEvent logged, DateTimeOffset now) =>
        logged.Event.Envelope is not null // the hub's own never expire
        && Of(logged)["expirytime"] is { } text
        && CloudEvents.Syntax.Rfc3339.TryRead(text, out var expiry)
        && expiry <= now;
}
