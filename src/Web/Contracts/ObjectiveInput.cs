using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Web.Api;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Contracts;

/// <summary>An objective as people and programs write it: the same reader for request bodies, the configuration file and the console's form.</summary>
internal static class ObjectiveInput
{
    /// <returns>Null when anything is wrong; all of it is in <paramref name="errors"/>, by JSON pointer.</returns>
    public static Objective? Read(JsonElement root, Guid orgId, Guid id, DateTimeOffset createdAt, DateTimeOffset now, List<InputError> errors)
    {
        var input = JsonInput.Of(root, errors);
        var name = input.Name("name", Objective.MaxNameLength, errors);
        var model = Model(input, "", "model", errors);
        var target = InRange(input, "target", (decimal)Objective.LeastTarget, (decimal)Objective.HighestTarget, "Such as 0.999: the share of the time that has to be good", errors);
        if (target is null)
        {
            errors.AddMissing("/target");
        }

        if (!ObjectiveWindow.TryParse(input.String("window") ?? "30d", out var window))
        {
            errors.Add(new("/window", "format", $"Write 30d (1 to {ObjectiveWindow.MaxDays} days up to now) or month (the calendar month)."));
        }

        var limit = InRange(input, "ttftLimitMs", 1, (decimal)Objective.MaxTtftLimitMs, "Milliseconds", errors);
        var weights = Weights(input, StateWeights.Statuspage, errors);
        input.RejectRest();
        return errors.Count > 0 ? null : new(orgId, id, name!, model, (double)target!.Value, window, weights, (double?)limit, createdAt, now);
    }

    /// <summary>The member <c>weights</c>; states that are not named keep their weight.</summary>
    internal static StateWeights Weights(JsonInput parent, StateWeights unless, List<InputError> errors)
    {
        if (parent.Object("weights") is not { } input)
        {
            return unless;
        }

        decimal Weight(string state, decimal otherwise) => InRange(input, state, 0, 1, "How much of a second counts", errors) ?? otherwise;
        var weights = new StateWeights(
            Weight("degraded_performance", unless.Degraded), Weight("partial_outage", unless.Partial), Weight("major_outage", unless.Major),
            Weight("under_maintenance", unless.Maintenance));
        input.RejectRest();
        return weights;
    }

    internal static decimal? InRange(JsonInput input, string member, decimal least, decimal most, string what, List<InputError> errors)
    {
        var number = input.Number(member);
        if (number < least || number > most)
        {
            input.Refuse(member, "range", FormattableString.Invariant($"{what}, from {least} to {most}."));
        }

        return number;
    }

    internal static ModelId Model(JsonInput input, string path, string member, List<InputError> errors)
    {
        var before = errors.Count;
        var text = input.String(member);
        if (!ModelId.TryParse(text, out var model) && errors.Count == before)
        {
            errors.Add(new($"{path}/{member}", text is null ? "required" : "format", "A model is named provider/model, such as anthropic/claude-opus-4-8."));
        }

        return model;
    }
}
