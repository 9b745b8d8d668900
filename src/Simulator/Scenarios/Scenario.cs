using StatusHub.Domain.Catalog;
using StatusHub.Simulator.Faults;

namespace StatusHub.Simulator.Scenarios;

/// <summary>An outage timeline as data; the shape of a scenario file.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    public string Title { get; init; } = "";

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>The models it speaks of and their failure domains; those of the catalogue when left out.</summary>
    public IReadOnlyList<ScenarioModel> Models { get; init; } = [];

    public IReadOnlyList<ScenarioPhase> Phases { get; init; } = [];

    /// <summary>What the providers' own status pages say, oldest first.</summary>
    public IReadOnlyList<OfficialWord> Official { get; init; } = [];

    /// <summary>What a person would expect of a hub that watches; not read by the simulator.</summary>
    public IReadOnlyList<string> Expect { get; init; } = [];
}

public sealed record ScenarioModel
{
    public required ModelId Id { get; init; }

    public string? Dialect { get; init; }

    public IReadOnlyList<string> Domains { get; init; } = [];
}

/// <summary>One stretch of trouble: from <see cref="At"/>, <see cref="Minutes"/> long, the end not included.</summary>
public sealed record ScenarioPhase
{
    public required DateTimeOffset At { get; init; }

    public required double Minutes { get; init; }

    public IReadOnlyList<ModelId> Targets { get; init; } = [];

    /// <summary>Hits every model of this failure domain, besides the targets.</summary>
    public string? Domain { get; init; }

    public required FaultSet Faults { get; init; }

    public string? Note { get; init; }

    public bool IsOnAt(DateTimeOffset now) => now >= At && (now - At).TotalMinutes < Minutes;
}

/// <summary>What a provider's own page says from <see cref="At"/> on: a component status, and the phase of its incident.</summary>
public sealed record OfficialWord
{
    public required DateTimeOffset At { get; init; }

    public required string Provider { get; init; }

    public required string Status { get; init; }

    public string? Incident { get; init; }

    public string? Phase { get; init; }
}
