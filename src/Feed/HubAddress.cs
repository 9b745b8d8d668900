namespace StatusHub.Feed;

/// <summary>Where this hub is reached, and the name it goes by towards receivers.</summary>
/// <param name="Url">Absolute, without a trailing slash.</param>
public sealed record HubAddress(string Url)
{
    /// <summary>DNS name, as <c>WebHook-Request-Origin</c> has it.</summary>
    public string Origin { get; } = new Uri(Url).IdnHost;

    /// <summary>Whether an address leads to this hub, by the name it gives itself. Under another name its events come back as known ones and end there.</summary>
    public bool IsAt(Uri target)
    {
        var own = new Uri(Url);
        return target.Port == own.Port && target.IdnHost.TrimEnd('.').Equals(own.IdnHost, StringComparison.OrdinalIgnoreCase);
    }

    public bool IsSecure => Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
