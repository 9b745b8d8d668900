using System.Text;
using System.Text.Json;
using StatusHub.Domain.Events;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Judging.Outside;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Meaning;

namespace StatusHub.Unit.Feed.Meaning;

/// <summary>What is accepted from others, and that the published schemas say the same.</summary>
public sealed class KnownTypesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 7, 12, 0, 0, TimeSpan.Zero);

    private const string Probe = """
        {"endpointId":"01975000-0000-7000-8000-000000000001","model":"acme/opus","startedAt":"2026-06-07T11:59:58Z","at":"2026-06-07T12:00:00Z","outcome":"none"}
        """;

    public static TheoryData<string, string> Valid => new()
    {
        { EventTypes.Signal, """{"model":"acme/opus"}""" },
        { EventTypes.Signal, """{"model":"acme/opus","kind":"latency","severity":"critical","since":"2026-06-07T11:40:00+02:00","affectedShare":0.4,"note":"slow","more":{"a":[1]}}""" },
        { EventTypes.Signal, """{"model":"acme/opus","escalate":false,"acknowledgeWithinMinutes":5}""" },
        { EventTypes.Signal, """{"model":"acme/opus","escalate":true,"acknowledgeWithinMinutes":240}""" },
        { EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":0}""" },
        { EventTypes.Telemetry, """{"model":"acme/opus","endpoint":"eu","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":100,"errors":{"server_error":3,"429":5,"Weird.Error":2},"latencyMs":{"bounds":[100,200.5],"counts":[1,2,97]}}""" },
        { EventTypes.Incident, """{"incidentId":"x1","phase":"investigating","impact":[{"model":"acme/opus","status":"partial_outage"}],"title":"Elevated errors","eta":"2026-06-07T13:00:00Z","links":["/x","https://acme.example/x"]}""" },
        { EventTypes.Incident, """{"incidentId":"x1","phase":"resolved","impact":[{"model":"acme/opus","status":"operational","worst":"major_outage","startedAt":"2026-06-07T11:00:00Z","endedAt":null}],"message":null,"startedAt":null,"eta":{"p50":"2026-06-07T13:00:00Z","p80":"2026-06-07T14:00:00Z"},"kind":"errors","notify":true}""" },
        { EventTypes.Incident, """{"incidentId":"x1","phase":"identified","impact":[{"model":"acme/opus","status":"partial_outage"}],"nextUpdateBy":"2026-06-07T12:30:00Z"}""" },
        { EventTypes.Incident, """{"incidentId":"x1","phase":"resolved","impact":[{"model":"acme/opus","status":"operational"}],"nextUpdateBy":null}""" },
        { EventTypes.Maintenance, """{"maintenanceId":"m1","models":["acme/opus"],"startsAt":"2026-06-08T02:00:00Z","endsAt":"2026-06-08T04:00:00Z","state":"scheduled","description":"short breaks"}""" },
        { EventTypes.Probe, $$"""{"region":"eu-west","results":[{{Probe}}]}""" },
        { EventTypes.ModelStatus, """{"model":"acme/opus","status":"major_outage","previous":"operational","since":"2026-06-07T11:00:00Z","confidence":0.99,"evidence":{"failureShare":0.9},"eta":null}""" },
    };

    public static TheoryData<string, string, string> Wrong => new()
    {
        { EventTypes.Signal, """{}""", "/data/model" },
        { EventTypes.Signal, """[]""", "/data" },
        { EventTypes.Signal, """{"model":"Acme/Opus"}""", "/data/model" },
        { EventTypes.Signal, """{"model":"acme/opus","severity":"awful"}""", "/data/severity" },
        { EventTypes.Signal, """{"model":"acme/opus","affectedShare":1.01}""", "/data/affectedShare" },
        { EventTypes.Signal, """{"model":"acme/opus","since":"yesterday"}""", "/data/since" },
        { EventTypes.Signal, """{"model":"acme/opus","escalate":"false"}""", "/data/escalate" },
        { EventTypes.Signal, """{"model":"acme/opus","acknowledgeWithinMinutes":4}""", "/data/acknowledgeWithinMinutes" },
        { EventTypes.Signal, """{"model":"acme/opus","acknowledgeWithinMinutes":241}""", "/data/acknowledgeWithinMinutes" },
        { EventTypes.Signal, """{"model":"acme/opus","acknowledgeWithinMinutes":7.5}""", "/data/acknowledgeWithinMinutes" },
        { EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":0,"requests":1}""", "/data/windowSeconds" },
        { EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":-1}""", "/data/requests" },
        { EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":1.5}""", "/data/requests" },
        { EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":9,"errors":{"a/b":-1}}""", "/data/errors/a~1b" },
        { EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":9,"latencyMs":{"bounds":[],"counts":[1,2]}}""", "/data/latencyMs/bounds" },
        { EventTypes.Incident, """{"incidentId":"","phase":"investigating","impact":[{"model":"acme/opus","status":"partial_outage"}]}""", "/data/incidentId" },
        { EventTypes.Incident, """{"incidentId":"x","phase":"investigating","impact":[]}""", "/data/impact" },
        { EventTypes.Incident, """{"incidentId":"x","phase":"investigating","impact":[{"model":"acme/opus","status":"down"}]}""", "/data/impact/0/status" },
        { EventTypes.Incident, """{"incidentId":"x","phase":"investigating","impact":[{"model":"acme/opus","status":"operational"}],"eta":{"p50":"2026-06-07T13:00:00Z"}}""", "/data/eta/p80" },
        { EventTypes.Incident, """{"incidentId":"x","phase":"investigating","impact":[{"model":"acme/opus","status":"operational"}],"nextUpdateBy":"soon"}""", "/data/nextUpdateBy" },
        { EventTypes.Maintenance, """{"maintenanceId":"m1","models":["acme"],"startsAt":"2026-06-08T02:00:00Z","endsAt":"2026-06-08T04:00:00Z"}""", "/data/models" },
        { EventTypes.Probe, """{"results":[]}""", "/data/results" },
        { EventTypes.Probe, """{"region":"EU West","results":[{"endpointId":"x"}]}""", "/data/region" },
        { EventTypes.ModelStatus, """{"model":"acme/opus","status":"red","since":"2026-06-07T11:00:00Z"}""", "/data/status" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void What_fits_the_schema_is_understood(string type, string data)
    {
        Assert.Empty(KnownTypes.Check(Event(type, data)));
        Assert.NotEmpty(KnownTypes.FactsOf(Event(type, data), Noon));
        Assert.True(SmallSchema.Fits(SchemaOf(type), JsonElement.Parse(data)));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_fit_is_refused_and_the_place_is_named(string type, string data, string place)
    {
        Assert.Contains(KnownTypes.Check(Event(type, data)), e => e.Pointer == place);
        Assert.Empty(KnownTypes.FactsOf(Event(type, data), Noon));
        Assert.False(SmallSchema.Fits(SchemaOf(type), JsonElement.Parse(data)));
    }

    // Rules between members, which the schema can only tell in words.
    [Theory]
    [InlineData(EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":9,"errors":{"500":10}}""", "/data/errors")]
    [InlineData(EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":9,"ttftMs":{"bounds":[2,1],"counts":[1,2,3]}}""", "/data/ttftMs/bounds")]
    [InlineData(EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":9,"ttftMs":{"bounds":[1,2],"counts":[1,2]}}""", "/data/ttftMs/counts")]
    [InlineData(EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"9999-12-31T23:59:59Z","windowSeconds":3600,"requests":1}""", "/data/windowStart")]
    [InlineData(EventTypes.Probe, """{"results":[{"endpointId":"01975000-0000-7000-8000-000000000001","model":"acme/opus","startedAt":"1970-01-01T00:00:00Z","at":"2026-06-07T12:00:00Z","outcome":"none"}]}""", "/data/results/0/startedAt")]
    [InlineData(EventTypes.Maintenance, """{"maintenanceId":"m1","models":["acme/opus"],"startsAt":"2026-06-08T02:00:00Z","endsAt":"2026-06-08T01:00:00Z"}""", "/data/endsAt")]
    [InlineData(EventTypes.Signal, """{"model":"acme/opus","note":"a\u0000b"}""", "/data/note")]
    [InlineData(EventTypes.Signal, """{"model":"acme/opus","note":"\ud800"}""", "/data")]
    public void What_contradicts_itself_is_refused(string type, string data, string place) =>
        Assert.Contains(KnownTypes.Check(Event(type, data)), e => e.Pointer == place);

    [Fact]
    public void A_subject_that_names_another_model_is_refused() =>
        Assert.Contains(KnownTypes.Check(Event(EventTypes.Signal, """{"model":"acme/opus"}""") with { Subject = "acme/sonnet" }), e => e.Pointer == "/subject");

    [Fact]
    public void Types_we_do_not_know_are_carried_and_no_evidence()
    {
        var other = Event("com.example.anything", "17");
        Assert.Empty(KnownTypes.Check(other));
        Assert.Empty(KnownTypes.FactsOf(other, Noon));
    }

    [Fact]
    public void A_drill_is_checked_and_no_evidence()
    {
        var drill = Event(EventTypes.Signal, """{"model":"acme/opus"}""") with { Extensions = [new("drill", "true")] };
        Assert.Empty(KnownTypes.FactsOf(drill, Noon));
        Assert.NotEmpty(KnownTypes.Check(drill with { Data = CloudEventData.Json("{}"u8.ToArray()) }));
    }

    [Theory]
    [InlineData("access", HealthState.DegradedPerformance)]
    [InlineData("errors", HealthState.MajorOutage)]
    public void A_notice_of_who_may_use_a_model_is_never_told_as_an_outage(string kind, HealthState told)
    {
        var notice = Event(EventTypes.Incident, $$"""{"incidentId":"i","phase":"investigating","kind":"{{kind}}","impact":[{"model":"acme/opus","status":"major_outage"}]}""");

        Assert.Equal(told, Assert.IsType<OutsideFact.Told>(Assert.Single(KnownTypes.FactsOf(notice, Noon))).Status);
    }

    [Fact]
    public void Failures_that_are_the_senders_own_say_nothing_about_the_model()
    {
        var facts = KnownTypes.FactsOf(Event(EventTypes.Telemetry, """{"model":"acme/opus","windowStart":"2026-06-07T11:59:00Z","windowSeconds":60,"requests":100,"errors":{"429":20,"auth":5,"500":3,"timeout":4,"Odd":1}}"""), Noon);

        var window = Assert.IsType<OutsideFact.Window>(Assert.Single(facts));
        Assert.Equal((75L, 8L, FailureClass.ProviderTimeout, Noon), (window.Requests, window.Failed, window.Commonest, window.End));
    }

    [Fact]
    public void Nothing_is_said_later_than_it_was_heard()
    {
        var ahead = Event(EventTypes.Signal, """{"model":"acme/opus"}""") with { Time = "2026-06-07T14:00:00Z" };
        Assert.Equal(Noon, Assert.IsType<OutsideFact.Suspicion>(Assert.Single(KnownTypes.FactsOf(ahead, Noon))).At);
    }

    [Fact]
    public void Every_type_has_a_schema_and_an_entry_in_the_catalogue()
    {
        Assert.Equal(EventTypes.All, Schemas.Catalogue.Select(e => e.Type));
        Assert.All(Schemas.Catalogue, entry =>
        {
            var schema = SchemaOf(entry.Type);
            Assert.Equal(entry.Type, schema.GetProperty("title").GetString());
            Assert.Equal(SharingRules.Unmarked(entry.Type), entry.DefaultMark);
            Assert.True(SmallSchema.Fits(schema, JsonElement.Parse("1")) is false);
        });
        Assert.Null(Schemas.Of("com.example.anything"));
    }

    [Fact]
    public void Damaged_data_is_an_error_and_never_an_exception()
    {
        var chance = new Random(3);
        foreach (var (type, data) in Valid.Select(row => (row.Data.Item1, row.Data.Item2)))
        {
            for (var i = 0; i < 300; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(data);
                bytes[chance.Next(bytes.Length)] = (byte)chance.Next(32, 127);
                _ = KnownTypes.Check(new CloudEvent { Id = "1", Source = "/x", Type = type, Data = CloudEventData.Json(bytes) });
            }
        }
    }

    private static CloudEvent Event(string type, string data) => new() { Id = "1", Source = "/acme", Type = type, Data = CloudEventData.Json(Encoding.UTF8.GetBytes(data)) };

    private static JsonElement SchemaOf(string type) => JsonElement.Parse(Schemas.Of(type)!.Value.Span);
}
