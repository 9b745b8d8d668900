using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;

namespace StatusHub.Domain.Official;

/// <summary>What a page is made with, as far as it decides how it is read.</summary>
public enum PageFormat : byte
{
    /// <summary><c>{url}/api/v2/summary.json</c>: Atlassian Statuspage, and incident.io, which answers alike.</summary>
    Statuspage,

    /// <summary><c>{url}/incidents.json</c> of Google Cloud; components are product ids.</summary>
    GoogleCloud,

    /// <summary><c>{url}/public/currentevents</c> of AWS Health; components are services (<c>BEDROCK</c>), or service and region (<c>BEDROCK/us-east-1</c>).</summary>
    AwsHealth,

    /// <summary><c>{url}/index.json</c> of Better Stack.</summary>
    BetterStack,

    /// <summary>RSS 2.0 or Atom at the address itself; components are words to look for in titles.</summary>
    Feed,
}

/// <summary>A provider's own page, as the operator has named it.</summary>
/// <param name="Components">Models by the id of a component, for components whose name does not tell.</param>
public sealed record OfficialPage(string ProviderId, string Url, PageFormat Format, IReadOnlyDictionary<string, IReadOnlyList<ModelId>> Components);

/// <summary>How far a page can be believed.</summary>
public enum PageState : byte
{
    /// <summary>Never looked at yet.</summary>
    Unread,

    /// <summary>Read when it was last looked at.</summary>
    Read,

    /// <summary>The last look failed; what it said before is recent all the same.</summary>
    Unreadable,

    /// <summary>Nothing good was read for so long that what it said before says nothing now.</summary>
    Stale,
}

/// <summary>How a page stands.</summary>
/// <param name="Validator">The entity tag of what was last read, if it has one.</param>
/// <param name="Words">What it last said of the provider's models; empty while all is well.</param>
/// <param name="ReadAt">Hub time of the last good look.</param>
/// <param name="ChangedAt">Hub time at which it last said something else than before.</param>
/// <param name="FailingSince">Hub time of the first look of those that failed since the last good one.</param>
/// <param name="Fault">Why the last look failed, in a sentence.</param>
public sealed record OfficialStand(
    OfficialPage Page, string? Validator, IReadOnlyList<OfficialWord> Words, DateTimeOffset? ReadAt, DateTimeOffset? ChangedAt,
    DateTimeOffset? FailingSince, string? Fault)
{
    public PageState StateAt(DateTimeOffset now, TimeSpan staleAfter) =>
        ReadAt is null && FailingSince is null ? PageState.Unread
        : now - (ReadAt ?? FailingSince) > staleAfter ? PageState.Stale
        : FailingSince is null ? PageState.Read
        : PageState.Unreadable;

    /// <summary>What the page says of a model now; unknown when it cannot be believed.</summary>
    public HealthState StatusOf(ModelId model, DateTimeOffset now, TimeSpan staleAfter) =>
        StateAt(now, staleAfter) is PageState.Read or PageState.Unreadable && ReadAt is not null ? OfficialRules.StatusOf(Words, model) : HealthState.Unknown;
}

public static class PageFormats
{
    public static string WireName(this PageFormat format) => format switch
    {
        PageFormat.Statuspage => "statuspage",
        PageFormat.GoogleCloud => "google_cloud",
        PageFormat.AwsHealth => "aws_health",
        PageFormat.BetterStack => "better_stack",
        _ => "feed",
    };

    public static PageFormat? TryParse(string? wireName) =>
        Enum.GetValues<PageFormat>().Where(f => f.WireName() == wireName).Select(f => (PageFormat?)f).FirstOrDefault();

    public static string WireName(this PageState state) => state switch
    {
        PageState.Unread => "unread",
        PageState.Read => "read",
        PageState.Unreadable => "unreadable",
        _ => "stale",
    };
}
