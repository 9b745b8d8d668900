using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Judging;
using StatusHub.Web.Public;

namespace StatusHub.Web.Api;

/// <param name="NextCursor">Give it as <c>cursor</c> for the next page; null on the last.</param>
public sealed record IncidentListJson(IReadOnlyList<IncidentJson> Incidents, string? NextCursor);

/// <summary>One incident.</summary>
/// <param name="Phase"><c>investigating</c>, <c>identified</c>, <c>monitoring</c>, <c>resolved</c> or <c>postmortem</c>.</param>
/// <param name="Status">Worst state of any of its models now; when resolved, the worst they were in.</param>
/// <param name="StartedAt">First failing observation.</param>
/// <param name="DetectedAt">When the hub was sure.</param>
/// <param name="OfficialAt">When the provider itself first said so in public, as we heard it; null when it has not.</param>
/// <param name="LeadSeconds">Seconds from our detection to the official word, negative when the provider was first; null without an official word.</param>
/// <param name="Updates">Newest first.</param>
public sealed record IncidentJson(
    Guid Id,
    string Title,
    string Url,
    string Phase,
    string Status,
    string Kind,
    DateTimeOffset StartedAt,
    DateTimeOffset DetectedAt,
    DateTimeOffset? MonitoringAt,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? OfficialAt,
    double? LeadSeconds,
    EtaJson? Eta,
    IReadOnlyList<UpdateJson> Updates,
    IReadOnlyList<ImpactJson> Impact,
    IReadOnlyList<Guid> Linked,
    bool Drill)
{
    internal static IncidentJson Of(IncidentView i, string publicUrl) => new(
        i.Id, i.Title, $"{publicUrl}/incidents/{i.Id}", WireName(i.Phase), i.Impact.WireName(), WireName(i.Kind),
        i.StartedAt, i.DetectedAt, i.MonitoringAt, i.ResolvedAt, i.OfficialAt, LeadOf(i), EtaJson.Of(i.Eta),
        [.. i.Updates.Select(u => new UpdateJson(u.Id, u.At, WireName(u.Phase), u.Body,
            [.. u.Changes.Select(c => new ChangeJson(c.Model.Value, c.From.WireName(), c.To.WireName()))]))],
        [.. i.Impacts.Select(m => new ImpactJson(m.Model.Value, m.ModelName, m.Status.WireName(), m.Worst.WireName(), m.StartedAt, m.EndedAt))],
        i.Linked, i.Drill);

    internal static double? LeadOf(IncidentView i) => (i.OfficialAt - i.DetectedAt)?.TotalSeconds;

    internal static string WireName<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

public sealed record UpdateJson(Guid Id, DateTimeOffset At, string Phase, string Body, IReadOnlyList<ChangeJson> Changes);

public sealed record ChangeJson(string Model, string From, string To);

/// <summary>How one model is hit: now, at worst, and between when and when.</summary>
public sealed record ImpactJson(string Model, string Name, string Status, string Worst, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

internal static class IncidentsApi
{
    public const int MaxPage = 100;

    private const int UsualPage = 50;
    private const string CursorMark = "i1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/incidents").WithTags("Incidents");
        group.MapMethods("", Verbs.Read, List).WithSummary("Open incidents and those of the last 90 days, newest first")
            .Produces<IncidentListJson>().ProducesProblems(400);
        group.MapMethods("{id}", Verbs.Read, One).WithSummary("One incident").Produces<IncidentJson>().ProducesProblems(404);
    }

    private static IResult List(
        string? state, string? model, string? cursor, string? limit, CurrentView current, IOptions<HubOptions> hub, HttpContext context)
    {
        if (state is not (null or "open" or "resolved"))
        {
            return Problem.Parameter("state", "unknown", "Must be open or resolved.");
        }

        ModelId id = default;
        if (model is not null && !ModelId.TryParse(model, out id))
        {
            return Problem.Parameter("model", "format", "A model is named provider/model.");
        }

        if (!Page.TryLimit(limit, UsualPage, MaxPage, out var count))
        {
            return Problem.Parameter("limit", "range", $"1 to {MaxPage}.");
        }

        var after = (At: DateTimeOffset.MaxValue, Id: Guid.AllBitsSet);
        if (cursor is not null && !TryReadCursor(cursor, out after))
        {
            return Problem.Parameter("cursor", "format", "This is no cursor of this list.");
        }

        var page = current.Value.Incidents
            .Where(i => (state is null || i.IsOpen == (state == "open")) && (model is null || i.Impacts.Any(m => m.Model == id)))
            .OrderByDescending(i => i.StartedAt).ThenByDescending(i => i.Id)
            .Where(i => i.StartedAt < after.At || (i.StartedAt == after.At && i.Id.CompareTo(after.Id) < 0))
            .Take(count + 1).ToList();
        var next = page.Count > count ? Cursor(page[count - 1]) : null;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers.CacheControl = Rendered.CacheControl;
        return Answer.Json(new IncidentListJson([.. page.Take(count).Select(i => IncidentJson.Of(i, hub.Value.PublicUrl))], next));
    }

    private static IResult One(string id, CurrentView current, RenderedDocuments documents, IOptions<HubOptions> hub) =>
        Guid.TryParse(id, out var guid) && current.Value.Incidents.FirstOrDefault(i => i.Id == guid) is { } found
            ? documents.Json($"v1/incidents/{guid}", view =>
                IncidentJson.Of(view.Incidents.FirstOrDefault(i => i.Id == guid) ?? found, hub.Value.PublicUrl))
            : Problem.Answer(ProblemKind.NotFound, "There is no such incident, or it is older than 90 days.");

    private static string Cursor(IncidentView last) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{CursorMark}|{last.StartedAt.UtcTicks}|{last.Id}"));

    private static bool TryReadCursor(string text, out (DateTimeOffset At, Guid Id) after)
    {
        after = default;
        if (text.Length > Page.MaxCursorLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('|');
        if (parts.Length != 3 || parts[0] != CursorMark || !Guid.TryParse(parts[2], out var id)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        after = (new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }
}

/// <summary>Reading of paging parameters.</summary>
internal static class Page
{
    public const int MaxCursorLength = 128;

    public static bool TryLimit(string? text, int usual, int max, out int limit)
    {
        limit = usual;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= max);
    }
}
