using System.ComponentModel.DataAnnotations;
using StatusHub.Feed.Ingest;

namespace StatusHub.Web.Api;

/// <summary>How often others may send events (section <c>Ingest</c>). How much at once: <see cref="IngestLimits"/>.</summary>
public sealed class IngestOptions
{
    /// <summary>Events one key may send a minute. A key saves up what it does not send, for a minute at most.</summary>
    [Range(IngestLimits.BatchEvents, 100_000_000)]
    public int EventsPerMinute { get; set; } = 600_000;

    /// <summary>
    /// Wrong keys one address may show a minute before it is told to wait, its good ones too. What is to be spared is the look-up: no key
    /// of 256 bits was ever guessed.
    /// </summary>
    [Range(1, 1_000_000)]
    public int WrongKeysPerMinuteAndAddress { get; set; } = 600;

    /// <summary>Most bytes of all headers together: a binary event of 64 KiB may be headers for the most part.</summary>
    [Range(64 * 1024, 1024 * 1024)]
    public int HeaderBytes { get; set; } = 160 * 1024;

    /// <summary>Most headers: the attributes of an event, and what clients and proxies add.</summary>
    [Range(100, 1_000)]
    public int Headers { get; set; } = 200;
}
