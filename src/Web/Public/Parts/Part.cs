using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Web.Public.Parts;

/// <summary>An element that live updates may replace as a whole. Parts do not nest, but for the main content around them all.</summary>
public sealed class Part : ComponentBase
{
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>Name of the element.</summary>
    [Parameter]
    public string Tag { get; set; } = "div";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, $"{PageCutter.Begin}{Id}{PageCutter.Named}");
        builder.OpenElement(1, Tag);
        builder.AddAttribute(2, "id", Id);
        builder.AddMultipleAttributes(3, Attributes);
        builder.AddContent(4, ChildContent);
        builder.CloseElement();
        builder.AddMarkupContent(5, PageCutter.End.ToString());
    }
}
