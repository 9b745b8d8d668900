using StatusHub.Feed.Webhooks;

namespace StatusHub.Feed.Delivery;

/// <summary>What an attempt came to, in the words its owner reads in the log of attempts.</summary>
public static class AttemptOutcomes
{
    public const string Delivered = "delivered";

    /// <summary>An answer that is neither success nor any of the others.</summary>
    public const string Rejected = "rejected";

    /// <summary>A redirect: it is not followed.</summary>
    public const string Redirect = "redirect";

    /// <summary>410: the subscription ends.</summary>
    public const string Gone = "gone";

    /// <summary>The hub does not go to such an address; nothing was sent.</summary>
    public const string Refused = "refused";

    /// <summary>The event's <c>expirytime</c> had passed; nothing was sent.</summary>
    public const string Expired = "expired";

    /// <summary>Attempts at it ended the process, one after another; nothing more is sent.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>The hub could not make a request of it.</summary>
    public const string Unsendable = "unsendable";

    public static string Of(int status) => status switch
    {
        >= 200 and < 300 => Delivered,
        >= 300 and < 400 => Redirect,
        410 => Gone,
        _ => Rejected,
    };

    public static string Of(OutboundFault fault) => fault switch
    {
        OutboundFault.NameNotFound => "name_not_found",
        OutboundFault.NotConnected => "not_connected",
        OutboundFault.NotSecure => "not_secure",
        OutboundFault.TimedOut => "timed_out",
        _ => "broken",
    };
}
