using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Live;

/// <summary>Limits of the SignalR hub (configuration section <c>HealthHub</c>).</summary>
public sealed class HealthHubOptions
{
    /// <summary>Clients one node serves at once.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; set; } = 5_000;

    /// <summary>Clients one address may have at once; large offices share one.</summary>
    [Range(1, 100_000)]
    public int ConnectionsPerAddress { get; set; } = 200;

    /// <summary>Seconds a client may take to accept one message before it is dropped.</summary>
    [Range(1, 300)]
    public int SlowSeconds { get; set; } = 10;

    /// <summary>Least time between two looks at the hub's view, in milliseconds: changes in between go out as one.</summary>
    [Range(10, 10_000)]
    public int CoalesceMilliseconds { get; set; } = 250;
}
