using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Fallback;
using StatusHub.Web.Api;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Fallback;

/// <summary>A fallback plan as people and programs write it: the same reader for request bodies, the configuration file and the console's form.</summary>
internal static class PlanInput
{
    /// <returns>Null when anything is wrong; all of it is in <paramref name="errors"/>, by JSON pointer.</returns>
    public static FallbackPlan? Read(JsonElement root, Guid orgId, Guid id, DateTimeOffset createdAt, DateTimeOffset now, List<InputError> errors)
    {
        var input = JsonInput.Of(root, errors);
        var name = input.Name("name", FallbackPlan.MaxNameLength, errors);
        var primary = Model(input, errors, "");
        var needs = Needs(input, errors, "");
        var alternatives = input.Objects("alternatives").Select((a, i) => Alternative(a, errors, $"/alternatives/{i}")).ToList();
        input.RejectRest();
        CheckAlternatives(alternatives, primary, errors);
        return errors.Count == 0 ? new FallbackPlan(orgId, id, name!, primary, needs, alternatives, createdAt, now) : null;
    }

    private static PlannedAlternative Alternative(JsonInput input, List<InputError> errors, string path)
    {
        var (model, prompt, needs) = (Model(input, errors, path, "model"), input.String("prompt"), Needs(input, errors, path));
        input.RejectRest();
        if (prompt?.Length > FallbackPlan.MaxPromptLength)
        {
            errors.Add(new($"{path}/prompt", "length", $"At most {FallbackPlan.MaxPromptLength} characters."));
        }

        return new(model, prompt, needs);
    }

    private static void CheckAlternatives(List<PlannedAlternative> alternatives, ModelId primary, List<InputError> errors)
    {
        if (errors.Count > 0)
        {
            return;
        }

        if (alternatives.Count is 0 or > FallbackPlan.MaxAlternatives)
        {
            errors.Add(new("/alternatives", "length", $"1 to {FallbackPlan.MaxAlternatives} alternatives."));
        }
        else if (alternatives.Exists(a => a.Model == primary) || alternatives.DistinctBy(a => a.Model).Count() < alternatives.Count)
        {
            errors.Add(new("/alternatives", "duplicate", "Each model once, and not the primary."));
        }
    }

    private static ModelId Model(JsonInput input, List<InputError> errors, string path, string member = "primary")
    {
        var before = errors.Count;
        var text = input.String(member);
        if (!ModelId.TryParse(text, out var model) && errors.Count == before)
        {
            errors.Add(new($"{path}/{member}", text is null ? "required" : "format", "A model is named provider/model."));
        }

        return model;
    }

    private static Requirements Needs(JsonInput input, List<InputError> errors, string path)
    {
        if (!Requirements.TryParse(input.String("require"), out var needs))
        {
            errors.Add(new($"{path}/require", "format", "Abilities in lower case and context:N, parted by commas: vision,tools,context:200000."));
        }

        return needs;
    }
}
