using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Contracts;
using StatusHub.Web.Console.Contracts;

namespace StatusHub.Web.Console.Objectives;

/// <summary>What stands in the form while an objective is added or changed. It is read as a request of the API is.</summary>
public sealed class ObjectiveDraft
{
    public string Name { get; set; } = "";

    public string Model { get; set; } = "";

    /// <summary>Per cent.</summary>
    public string Target { get; set; } = "99.9";

    public string Window { get; set; } = "30d";

    /// <summary>Milliseconds; empty for an objective on availability.</summary>
    public string TtftLimit { get; set; } = "";

    /// <summary>Not in the form; kept when the objective is changed there.</summary>
    public StateWeights Weights { get; set; } = StateWeights.Statuspage;

    public static ObjectiveDraft Of(Objective objective) => new()
    {
        Name = objective.Name,
        Model = objective.Model.Value,
        Target = ((decimal)objective.Target * 100).ToString("0.#####", CultureInfo.InvariantCulture),
        Window = objective.Window.ToString(),
        TtftLimit = objective.TtftLimitMs?.ToString("0", CultureInfo.InvariantCulture) ?? "",
        Weights = objective.Weights,
    };

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["name"] = Name,
        ["model"] = Model.Trim(),
        ["target"] = FormNumbers.Share(Target),
        ["window"] = Window.Trim(),
        ["ttftLimitMs"] = FormNumbers.Number(TtftLimit),
        ["weights"] = new JsonObject
        {
            ["degraded_performance"] = Weights.Degraded,
            ["partial_outage"] = Weights.Partial,
            ["major_outage"] = Weights.Major,
            ["under_maintenance"] = Weights.Maintenance,
        },
    });
}
