using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Api;

/// <summary>Limits of what machines may ask (section <c>Api</c>).</summary>
public sealed class ApiOptions
{
    /// <summary>Writes one key (or, without a key, one address) may make a minute.</summary>
    [Range(1, 1_000_000)]
    public int WritesPerMinute { get; set; } = 300;

    /// <summary>Writes one address may make a minute, whatever keys it shows: bounds the guessing of keys.</summary>
    [Range(1, 1_000_000)]
    public int WritesPerMinuteAndAddress { get; set; } = 1_200;

    /// <summary>Event streams a node serves at once.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 20_000;

    /// <summary>Event streams one address may have open at once: a whole office may share one.</summary>
    [Range(1, 100_000)]
    public int StreamsPerAddress { get; set; } = 1_000;

    /// <summary>Long polls a node holds at once; more are answered at once.</summary>
    [Range(1, 100_000)]
    public int MaxLongPolls { get; set; } = 2_000;

    /// <summary>Seconds of silence before a stream says that it is alive.</summary>
    [Range(1, 300)]
    public int HeartbeatSeconds { get; set; } = 15;

    /// <summary>Seconds a stream's client may take to accept what is written before it is dropped.</summary>
    [Range(1, 300)]
    public int StreamWriteSeconds { get; set; } = 10;

    /// <summary>Log positions one pull may look through before it answers with what it has.</summary>
    [Range(100, 1_000_000)]
    public int MaxScan { get; set; } = 20_000;

    /// <summary>Where to report a vulnerability (RFC 9116 <c>Contact</c>, a mailto: or https: address); null names the hub's own address.</summary>
    public string? SecurityContact { get; set; }
}
