using StatusHub.Domain.Judging;

namespace StatusHub.Unit.Judging;

/// <summary>A month of seven healthy but noisy models, each probe judged and every verdict put to the incident rules: how often people are alarmed for nothing.</summary>
public sealed class SoakTests
{
    private const int Days = 30, Models = 7;

    /// <summary>Blips of ten seconds, one a day and model: so many false incidents a model and month were promised at most.</summary>
    private const double MostOfAModel = 1.5;

    [Fact]
    public void A_month_of_noise_with_a_blip_a_day_brings_no_more_false_incidents_than_promised()
    {
        var month = IncidentReplay.Of(ScenarioWorld.Blips(TimeSpan.FromDays(Days), seed: 1, perDay: 1, meanSeconds: 10), keep: false);

        var days = Days * Models;
        Report(month);
        Assert.InRange(month.Incidents.Count / (double)Models, 0, MostOfAModel);
        Assert.InRange(month.Replay.Probes / (double)days, 2_600, 3_300);
        Assert.All(month.Incidents, i => Assert.InRange(i.Incident.Models[0].Worst, HealthState.DegradedPerformance, HealthState.MajorOutage));
        Assert.All(month.Incidents, i => Assert.True(i.Incident.ResolvedAt - i.Actions[0].At < TimeSpan.FromMinutes(30), "a blip was told as a long trouble"));
    }

    [Fact]
    public void A_month_of_noise_alone_brings_next_to_none()
    {
        var month = IncidentReplay.Of(ScenarioWorld.Calm(TimeSpan.FromDays(Days), seed: 2), keep: false);

        Report(month);
        Assert.InRange(month.Incidents.Count, 0, 1); // 210 model-days at one false alarm a year and model
    }

    private static void Report(IncidentReplay month) => TestContext.Current.TestOutputHelper!.WriteLine(
        $"{month.Incidents.Count} false incidents in {Days} days of {Models} models, {month.Replay.Probes} probes, {month.Incidents.Sum(i => i.Actions.Count(a => a.Action.Notify))} messages\n"
        + string.Join('\n', month.Incidents.Select(i => $"{i.Actions[0].At:dd HH:mm:ss} {i.Incident.Models[0].Model} {i.Incident.Models[0].Kind} {i.Incident.Models[0].Worst}, resolved {i.Incident.ResolvedAt:dd HH:mm:ss}")));
}
