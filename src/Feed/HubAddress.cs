namespace StatusHub.Feed;

/// <summary>Where this hub is reached, and the name it goes by towards receivers.</summary>
/// <param name="Url">Absolute, without a trailing slash.</param>
public sealed record HubAddress(string Url)
{
    /// <summary>DNS name, as <c>WebHook-Request-Origin</c> has it.</summary>
    public string Origin { get; } = new Uri(Url).IdnHost;

    public bool IsSecure => Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
