using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Events;
using StatusHub.Domain.Sharing;

namespace StatusHub.Domain.Storage;

/// <summary>The event that tells an organisation, and nobody else, how one of its objectives fares.</summary>
internal static class ObjectiveNews
{
    public static HubEvent Of(Objective objective, AlertStep step, ErrorBudget budget, IReadOnlyList<BurnReading> readings, string source, DateTimeOffset now)
    {
        var alert = step.About!;
        var reading = readings[alert.Level];
        var data = Data(objective, alert, step.News == AlertNews.Ended ? "ended" : step.News == AlertNews.Worsened ? "worsened" : "raised");
        data["burn"] = new JsonObject
        {
            ["factor"] = reading.Level.Factor,
            ["longSeconds"] = reading.Level.LongWindow.TotalSeconds,
            ["shortSeconds"] = reading.Level.ShortWindow.TotalSeconds,
            ["longRate"] = Math.Round(reading.OverLong, 2),
            ["shortRate"] = Math.Round(reading.OverShort, 2),
        };
        data["budget"] = new JsonObject
        {
            ["from"] = At(budget.From),
            ["to"] = At(budget.To),
            ["totalSeconds"] = Math.Round(budget.Total, 1),
            ["spentSeconds"] = Math.Round(budget.Spent, 1),
            ["leftSeconds"] = Math.Round(budget.Left, 1),
        };
        data["reason"] = Reason(step.News, reading, budget);
        return Event(objective, data, source, now);
    }

    public static HubEvent Ended(Objective objective, BurnAlert alert, string reason, string source, DateTimeOffset now)
    {
        var data = Data(objective, alert, "ended");
        data["reason"] = reason;
        return Event(objective, data, source, now);
    }

    private static JsonObject Data(Objective objective, BurnAlert alert, string phase) => new()
    {
        ["objectiveId"] = objective.Id,
        ["name"] = objective.Name,
        ["model"] = objective.Model.Value,
        ["target"] = objective.Target,
        ["window"] = objective.Window.ToString(),
        ["phase"] = phase,
        ["alertId"] = alert.Id,
        ["since"] = At(alert.Since),
    };

    private static HubEvent Event(Objective objective, JsonObject data, string source, DateTimeOffset now) => new(
        Guid.CreateVersion7(now).ToString(), source, EventTypes.Objective, objective.Model.Value, now, objective.OrgId, SharingMark.Red.WireName(),
        JsonSerializer.SerializeToUtf8Bytes(data));

    private static string Reason(AlertNews news, BurnReading reading, ErrorBudget budget) => news == AlertNews.Ended
        ? string.Create(CultureInfo.InvariantCulture, $"The budget no longer burns faster than it allows. {Left(budget)}")
        : string.Create(CultureInfo.InvariantCulture, $"The budget burns {reading.OverLong:0.#} times as fast as it allows. {Left(budget)}");

    private static string Left(ErrorBudget budget) => budget.Left > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{budget.Left / 60:0.#} of {budget.Total / 60:0.#} minutes are left.")
        : string.Create(CultureInfo.InvariantCulture, $"All {budget.Total / 60:0.#} minutes are spent.");

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
