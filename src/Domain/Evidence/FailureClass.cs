namespace StatusHub.Domain.Evidence;

/// <summary>
/// What went wrong with one request to a model: a closed list, each with the party to blame (<see cref="FailureClasses.BlameOf"/>).
/// Values are stored: append, never renumber.
/// </summary>
public enum FailureClass : byte
{
    None = 0,

    // Provider
    Overloaded = 1,
    ServerError = 2,
    BadGateway = 3,
    ProviderTimeout = 4,
    FirstTokenTimeout = 5,
    StreamStall = 6,
    StreamCut = 7,
    MalformedStream = 8,
    EmptyResponse = 9,
    InStreamError = 10,
    WrongContent = 11,
    WrongModel = 12,
    ModelGone = 13,
    Slow = 14,
    ResponseTooLarge = 15,

    // Network
    Dns = 20,
    Connect = 21,
    Tls = 22,
    Reset = 23,

    // Account
    Auth = 30,
    Permission = 31,
    RateLimited = 32,
    QuotaExhausted = 33,
    RegionBlocked = 34,

    // Probe
    BadRequest = 40,
    ContextLength = 41,

    /// <summary>The token budget ran out before an answer: the model is alive.</summary>
    TokenBudgetExhausted = 42,

    // Policy
    ContentFiltered = 50,
    Refusal = 51,
    AccessSuspended = 52,
}

/// <summary>Who a failure is laid to. Only the provider's, and confirmed network faults, may move public status.</summary>
public enum Blame : byte
{
    None,
    Provider,
    Network,
    Account,
    Probe,
    Policy,
}

public static class FailureClasses
{
    public static Blame BlameOf(FailureClass failure) => failure switch
    {
        FailureClass.None => Blame.None,
        <= FailureClass.ResponseTooLarge => Blame.Provider,
        <= FailureClass.Reset => Blame.Network,
        <= FailureClass.RegionBlocked => Blame.Account,
        <= FailureClass.TokenBudgetExhausted => Blame.Probe,
        _ => Blame.Policy,
    };

    /// <summary>The snake_case name used in every public payload (<c>first_token_timeout</c>).</summary>
    public static string WireName(FailureClass failure) => Names[failure];

    public static bool TryParse(string name, out FailureClass failure) => ByName.TryGetValue(name, out failure);

    private static readonly Dictionary<FailureClass, string> Names =
        Enum.GetValues<FailureClass>().ToDictionary(f => f, f => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(f.ToString()));

    private static readonly Dictionary<string, FailureClass> ByName = Names.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
}
