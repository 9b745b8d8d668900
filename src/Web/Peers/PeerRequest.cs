using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Peers;

/// <summary>What an operator asks for when agreeing with another hub: members as they came, checked by <see cref="Check"/>.</summary>
public sealed class PeerRequest
{
    private const int MaxUrlLength = 500;
    private const int MaxTypeLength = 100;
    private const int MinKeyLength = 16;
    private const int MaxKeyLength = 200;

    public string? Name { get; init; }

    public string? Url { get; init; }

    public string? Direction { get; init; }

    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<string>? Models { get; init; }

    public string? MaxMark { get; init; }

    public IReadOnlyList<string>? AcceptTypes { get; init; }

    public IReadOnlyList<string>? AcceptModels { get; init; }

    public string? AcceptMaxMark { get; init; }

    /// <summary>Its key for us. Null keeps the present one.</summary>
    public string? Key { get; init; }

    /// <summary>The public key a person confirms. Null confirms nothing.</summary>
    public string? PublicKey { get; init; }

    internal Uri Address => new(Url!.TrimEnd('/'));

    internal PeerDirection Way => Direction switch { "pull" => PeerDirection.Pull, "push" => PeerDirection.Push, _ => PeerDirection.Both };

    /// <summary>What goes to the peer: unless said otherwise, what is for everybody.</summary>
    internal PeerTerms Gives => new(Types ?? [], Models ?? [], MarkOf(MaxMark) ?? SharingMark.Clear);

    /// <summary>What is taken from it: unless said otherwise, everything it gives.</summary>
    internal PeerTerms Accepts => new(AcceptTypes ?? [], AcceptModels ?? [], MarkOf(AcceptMaxMark) ?? SharingMark.Red);

    internal IEnumerable<InputError> Check()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return new("/name", "required", "Is required.");
        }
        else if (Name.Length > Peer.MaxNameLength || Name.Any(char.IsControl))
        {
            yield return new("/name", "format", $"At most {Peer.MaxNameLength} characters, none of them for control.");
        }

        if (Url is null)
        {
            yield return new("/url", "required", "Is required.");
        }
        else if (Url.Length > MaxUrlLength || !Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || url.Query.Length + url.Fragment.Length + url.UserInfo.Length > 0)
        {
            yield return new("/url", "format", "An http or https address without query, fragment or user.");
        }

        if (Direction is not ("pull" or "push" or "both"))
        {
            yield return Direction is null ? new("/direction", "required", "Is required.") : new("/direction", "unknown", "Must be pull, push or both.");
        }

        if (MaxMark is not (null or "clear" or "green" or "amber"))
        {
            yield return new("/maxMark", "unknown", "Must be clear, green or amber: what is marked red leaves no hub.");
        }

        if (AcceptMaxMark is not null && MarkOf(AcceptMaxMark) is null)
        {
            yield return new("/accept/maxMark", "unknown", "Must be clear, green, amber or red.");
        }

        if (Key is not null && (Key.Length is < MinKeyLength or > MaxKeyLength || Key.Any(c => c is <= ' ' or > '~')))
        {
            yield return new("/key", "format", $"{MinKeyLength} to {MaxKeyLength} visible characters.");
        }

        foreach (var error in Lists())
        {
            yield return error;
        }
    }

    private IEnumerable<InputError> Lists() =>
        from list in new[] { ("/types", Types), ("/models", Models), ("/accept/types", AcceptTypes), ("/accept/models", AcceptModels) }
        where list.Item2 is { } names && (names.Count > PeerTerms.MaxNames || names.Any(n => n.Length is 0 or > MaxTypeLength))
        select new InputError(list.Item1, "length", $"At most {PeerTerms.MaxNames} names of 1 to {MaxTypeLength} characters.");

    private static SharingMark? MarkOf(string? name) => SharingRules.TryParse(name, out var mark) ? mark : null;
}

/// <summary>What came of asking for a change.</summary>
public abstract record PeerAnswer
{
    private PeerAnswer()
    {
    }

    /// <param name="KeyForPeer">The API key its operator is to be given; shown this once.</param>
    public sealed record Created(Peer Peer, string KeyForPeer) : PeerAnswer;

    public sealed record Changed(Peer Peer) : PeerAnswer;

    public sealed record Invalid(IReadOnlyList<InputError> Errors) : PeerAnswer;

    /// <summary>The hub is a peer already, or was changed by somebody else meanwhile, or there are as many as may be.</summary>
    public sealed record Conflict(string Detail) : PeerAnswer;

    public sealed record Missing : PeerAnswer;
}
