using StatusHub.Domain.Deliveries;
using StatusHub.Feed.Subscriptions;

namespace StatusHub.Unit.Feed.Subscriptions;

public sealed class SubscriptionRulesTests
{
    private const string Here = """{"sink":"https://a.example/","config":{"format":"cloudevents"}}""";
    private const string There = """{"sink":"https://b.example/","config":{"format":"cloudevents"}}""";
    private const string Slack = """{"sink":"https://a.example/","config":{"format":"slack"}}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"sink\":null}")]
    [InlineData("{\"sink\":\"nowhere\"}")]
    [InlineData("{\"sink\":\"https://a.example/\",\"types\":1}")]
    [InlineData("{\"sink\":\"https://a.example/\",\"filters\":[{\"unheard\":1}]}")]
    public void What_is_no_definition_is_said_so_in_one_way(string json) => Assert.ThrowsAny<FormatException>(() => SubscriptionDefinition.Read(json));

    [Theory]
    [InlineData(Here, Here, false, false)]
    [InlineData(Here, There, false, true)]
    [InlineData(Slack, Here, false, true)]
    [InlineData(Here, Slack, false, false)]
    [InlineData(Here, Slack, true, false)]
    [InlineData(Here, Here, true, true)]
    public void A_receiver_is_asked_when_it_is_another_or_never_answered(string before, string next, bool isPending, bool needs)
    {
        var s = With(SubscriptionState.Active, before) with { ConsentToken = isPending ? [1] : null };
        Assert.Equal(needs, SubscriptionRules.NeedsConsent(s, SubscriptionDefinition.Read(next)));
    }

    [Theory]
    [InlineData(SubscriptionState.Active, SubscriptionState.AwaitingConsent, SubscriptionState.Active)]
    [InlineData(SubscriptionState.Ended, SubscriptionState.AwaitingConsent, SubscriptionState.Active)]
    [InlineData(SubscriptionState.Disabled, SubscriptionState.Disabled, SubscriptionState.Disabled)]
    public void Waiting_and_consent_go_together_and_what_an_owner_stopped_stays_stopped(SubscriptionState from, SubscriptionState waiting, SubscriptionState after)
    {
        var asked = SubscriptionRules.Awaiting(With(from, Here) with { AllowedRate = 5 }, [1, 2], Now.AddDays(7), Now);
        Assert.Equal((waiting, null, Now.AddDays(7)), (asked.State, asked.AllowedRate, asked.ConsentUntil));
        var consented = SubscriptionRules.Consented(asked, 30, Now);
        Assert.Equal((after, 30), (consented.State, consented.AllowedRate));
        Assert.Null(consented.ConsentToken);
        Assert.Null(consented.ConsentUntil);
    }

    [Fact]
    public void A_credential_stays_with_its_sink()
    {
        var s = With(SubscriptionState.Active, Here) with { Credential = [7] };
        Assert.Equal([7], SubscriptionRules.Replaced(s, new SubscriptionWish(Here, false, null, null), null, Now).Credential!);
        Assert.Null(SubscriptionRules.Replaced(s, new SubscriptionWish(There, false, null, null), null, Now).Credential);
        Assert.Null(SubscriptionRules.Replaced(s, new SubscriptionWish(Here, true, null, null), null, Now).Credential);
        Assert.Equal([8], SubscriptionRules.Replaced(s, new SubscriptionWish(There, true, "x", null), [8], Now).Credential!);
    }

    [Fact]
    public void One_that_ended_comes_back_only_for_another_sink()
    {
        var ended = With(SubscriptionState.Ended, Here) with { StateBecause = "gone" };
        Assert.Equal(SubscriptionState.Ended, SubscriptionRules.Replaced(ended, new SubscriptionWish(Here, false, null, null), null, Now).State);
        Assert.Equal(SubscriptionState.Active, SubscriptionRules.Replaced(ended, new SubscriptionWish(There, false, null, null), null, Now).State);
    }

    [Fact]
    public void The_time_of_a_state_is_when_it_began()
    {
        var s = With(SubscriptionState.Active, Here);
        Assert.Equal(Now.AddHours(-1), SubscriptionRules.InState(s, SubscriptionState.Active, null, Now).StateAt);
        Assert.Equal(Now, SubscriptionRules.InState(s, SubscriptionState.Disabled, null, Now).StateAt);
    }

    private static Subscription With(SubscriptionState state, string definition) => new()
    {
        OrgId = Guid.CreateVersion7(Now),
        Id = Guid.CreateVersion7(Now),
        Definition = definition,
        State = state,
        StateAt = Now.AddHours(-1),
        Secrets = [1],
        CreatedAt = Now.AddHours(-1),
        UpdatedAt = Now.AddHours(-1),
    };
}
