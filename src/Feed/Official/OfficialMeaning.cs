using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Events;
using StatusHub.Domain.Incidents;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Feed.Official;

/// <summary>What the hub's own event on a page means: the provider's public word.</summary>
internal static class OfficialMeaning
{
    public static HeardFact FactOf(LoggedEvent logged)
    {
        using var document = JsonDocument.Parse(logged.Event.Data);
        var data = document.RootElement;
        var told = new OutsideFact.Told(
            ModelId.Parse(data.GetProperty("model").GetString()!),
            data.GetProperty("incident").GetString()!,
            Enum.Parse<IncidentPhase>(data.GetProperty("phase").GetString()!, ignoreCase: true),
            HealthStates.Parse(data.GetProperty("status").GetString()!),
            data.Text("title"),
            data.Time("officialAt"),
            logged.Event.Time,
            data.Time("nextUpdateBy"));
        var heardIn = new HeardIn(logged.Position, logged.Event.Source, logged.Event.Id);
        return new HeardFact(Reporter.OfficialPage, IsPassedOn: false, heardIn, IsPublic: true, logged.RecordedAt, told);
    }
}
