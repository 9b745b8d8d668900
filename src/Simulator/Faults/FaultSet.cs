using System.Text.Json.Serialization;

namespace StatusHub.Simulator.Faults;

/// <summary>
/// What is wrong with a model. All rates are shares of its requests, 0 to 1; a fault left out is healthy. Field names are
/// those of the scenario files and of the control call.
/// </summary>
public sealed record FaultSet
{
    public static FaultSet Healthy { get; } = new();

    /// <summary>Share answered with <see cref="ErrorStatus"/>.</summary>
    public double ErrorRate { get; init; }

    /// <summary>HTTP status of those errors, 400 to 599.</summary>
    public int ErrorStatus { get; init; } = 500;

    /// <summary>The provider's own code for those errors where a status has several readings (<c>insufficient_quota</c>); null for the usual one.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Seconds in the <c>retry-after</c> header of those errors; null sends none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Share whose connection is reset before a byte of an answer.</summary>
    public double ConnectFailRate { get; init; }

    /// <summary>Median time to first token in milliseconds, in place of the model's usual one.</summary>
    public double? TtftMs { get; init; }

    public double TtftMultiplier { get; init; } = 1;

    /// <summary>Output speed after the first token, in place of the model's usual one.</summary>
    public double? TokensPerSecond { get; init; }

    public double TokensPerSecondMultiplier { get; init; } = 1;

    /// <summary>Share that goes silent after the first tokens, the connection held open.</summary>
    public double StallRate { get; init; }

    /// <summary>Share whose connection breaks in the middle of the answer.</summary>
    public double CutRate { get; init; }

    /// <summary>Share that ends in the dialect's own error event after HTTP 200.</summary>
    public double InStreamErrorRate { get; init; }

    /// <summary>Share answered fluently and wrongly.</summary>
    public double WrongContentRate { get; init; }

    /// <summary>Share that ends well without any text.</summary>
    public double EmptyRate { get; init; }

    /// <summary>Share whose answer stops being JSON halfway.</summary>
    public double MalformedRate { get; init; }

    /// <summary>Share answered in the name of another model.</summary>
    public double WrongModelRate { get; init; }

    [JsonIgnore]
    public bool IsHealthy => this == Healthy;

    /// <summary>
    /// Both at once, as scenarios/README.md has it: rates as 1 − Π(1 − x), multipliers multiplied. Status, code and retry-after
    /// go together and come from the larger error rate; of two fixed speeds the later one stands.
    /// </summary>
    public FaultSet And(FaultSet later)
    {
        var errors = later.ErrorRate >= ErrorRate && later.ErrorRate > 0 ? later : this;
        return new FaultSet
        {
            ErrorRate = Either(ErrorRate, later.ErrorRate),
            ErrorStatus = errors.ErrorStatus,
            ErrorCode = errors.ErrorCode,
            RetryAfter = errors.RetryAfter,
            ConnectFailRate = Either(ConnectFailRate, later.ConnectFailRate),
            TtftMs = later.TtftMs ?? TtftMs,
            TtftMultiplier = TtftMultiplier * later.TtftMultiplier,
            TokensPerSecond = later.TokensPerSecond ?? TokensPerSecond,
            TokensPerSecondMultiplier = TokensPerSecondMultiplier * later.TokensPerSecondMultiplier,
            StallRate = Either(StallRate, later.StallRate),
            CutRate = Either(CutRate, later.CutRate),
            InStreamErrorRate = Either(InStreamErrorRate, later.InStreamErrorRate),
            WrongContentRate = Either(WrongContentRate, later.WrongContentRate),
            EmptyRate = Either(EmptyRate, later.EmptyRate),
            MalformedRate = Either(MalformedRate, later.MalformedRate),
            WrongModelRate = Either(WrongModelRate, later.WrongModelRate),
        };
    }

    // A zero keeps the other exactly, so that combining with nothing changes nothing.
    private static double Either(double a, double b) => a == 0 ? b : b == 0 ? a : 1 - ((1 - a) * (1 - b));
}
