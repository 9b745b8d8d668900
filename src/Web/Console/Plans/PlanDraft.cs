using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Fallback;

namespace StatusHub.Web.Console.Plans;

/// <summary>What stands in the form while a plan is added or changed. It is read as a request of the API is.</summary>
public sealed class PlanDraft
{
    public string Name { get; set; } = "";

    public string Primary { get; set; } = "";

    /// <summary>Such as <c>vision,tools,context:200000</c>; empty for nothing.</summary>
    public string Require { get; set; } = "";

    /// <summary>The one to take first, first.</summary>
    public List<AlternativeDraft> Alternatives { get; } = [];

    /// <summary>An empty plan with room for its first alternative.</summary>
    public static PlanDraft New()
    {
        var draft = new PlanDraft();
        draft.Alternatives.Add(new());
        return draft;
    }

    public static PlanDraft Of(FallbackPlan plan)
    {
        var draft = new PlanDraft { Name = plan.Name, Primary = plan.Primary.Value, Require = plan.Needs.ToString() };
        draft.Alternatives.AddRange(plan.Alternatives.Select(a => new AlternativeDraft { Model = a.Model.Value, Prompt = a.Prompt ?? "", Require = a.Needs.ToString() }));
        return draft;
    }

    /// <summary>Moves an alternative so many places down, or up when negative.</summary>
    public void Move(AlternativeDraft alternative, int places)
    {
        var to = Alternatives.IndexOf(alternative) + places;
        if (to >= 0 && to < Alternatives.Count)
        {
            Alternatives.Remove(alternative);
            Alternatives.Insert(to, alternative);
        }
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["name"] = Name,
        ["primary"] = Primary.Trim(),
        ["require"] = Require,
        ["alternatives"] = new JsonArray([.. Alternatives.Select(a => a.ToJson())]),
    });
}

/// <summary>One alternative in the form.</summary>
public sealed class AlternativeDraft
{
    public string Model { get; set; } = "";

    /// <summary>Empty for the primary's own.</summary>
    public string Prompt { get; set; } = "";

    public string Require { get; set; } = "";

    public JsonNode ToJson() => new JsonObject { ["model"] = Model.Trim(), ["prompt"] = Prompt.Trim().Length > 0 ? Prompt : null, ["require"] = Require };
}
