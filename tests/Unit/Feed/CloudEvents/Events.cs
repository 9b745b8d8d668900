using System.Text;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Unit.Feed.CloudEvents;

/// <summary>Events to try the rules on, and their JSON both ways.</summary>
internal static class Events
{
    public static readonly CloudEvent Least = new() { Id = "1", Source = "/hub", Type = "example.kind" };

    /// <summary>The least valid event with more members, as JSON.</summary>
    public static string With(string members) =>
        """{"specversion":"1.0","id":"1","source":"/hub","type":"example.kind",""" + members + "}";

    public static CloudEvent Read(string json) =>
        JsonEventFormatter.TryDecodeStructuredModeMessage(Encoding.UTF8.GetBytes(json), out var e, out var error)
            ? e
            : throw new InvalidOperationException($"{error.Path}: {error.Detail}");

    public static CloudEventError Refused(string json) => Refused(Encoding.UTF8.GetBytes(json));

    public static CloudEventError Refused(byte[] json)
    {
        Assert.False(JsonEventFormatter.TryDecodeStructuredModeMessage(json, out var e, out var error));
        Assert.Null(e);
        return error;
    }

    /// <summary>Refused for this attribute, for this reason.</summary>
    public static void AssertRefused(string path, CloudEventFault fault, string json)
    {
        var error = Refused(json);
        Assert.Equal((path, fault), (error.Path, error.Fault));
    }

    public static string Written(CloudEvent e) => Encoding.UTF8.GetString(JsonEventFormatter.EncodeStructuredModeMessage(e).Span);

    public static string Text(this CloudEventData? data) => Encoding.UTF8.GetString(data!.Bytes.Span);
}
