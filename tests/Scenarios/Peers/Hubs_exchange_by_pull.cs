using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Webhooks;
using StatusHub.Support;
using StatusHub.Support.Peers;

namespace StatusHub.Tests.Scenarios.Peers;

/// <summary>Two hubs on one machine, each with a port and a database of its own, that pull from each other what is marked up to green.</summary>
public sealed class TwoHubs : IAsyncLifetime
{
    /// <summary>How far north's clock runs ahead.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(7);

    public PeerHub North { get; private set; } = null!;

    public PeerHub South { get; private set; } = null!;

    /// <summary>Id of south at north, and of north at south.</summary>
    public Guid AtNorth { get; private set; }

    public Guid AtSouth { get; private set; }

    public async ValueTask InitializeAsync()
    {
        North = await PeerHub.StartAsync("north", Skew);
        South = await PeerHub.StartAsync("south");
        (AtNorth, AtSouth) = await PeerHub.AgreeAsync(North, South, new { maxMark = "green" }, new { maxMark = "green" });
    }

    public async ValueTask DisposeAsync()
    {
        await South.DisposeAsync();
        await North.DisposeAsync();
    }
}

public sealed class Hubs_exchange_by_pull(TwoHubs hubs) : IClassFixture<TwoHubs>
{
    private PeerHub North => hubs.North;

    private PeerHub South => hubs.South;

    [Fact]
    public async Task What_one_hub_says_stands_in_the_other_with_its_path_and_nothing_comes_back()
    {
        var id = await North.SayAsync("clear");
        var received = Attributes(await South.ReceivesAsync(id));
        var answer = await South.SayAsync("clear");
        await North.ReceivesAsync(answer);

        Assert.Equal(ShortIdOf(North), received["hubpath"]);
        Assert.Equal("clear", received["tlp"]);
        Assert.Equal(SourceOf(North), received["source"]);
        Assert.Single(await North.LogAsync(), e => e.Event.Id == id);
        Assert.Single(await South.LogAsync(), e => e.Event.Id == answer);
    }

    [Fact]
    public async Task Marks_go_down_one_step_a_hub_and_what_is_stricter_than_agreed_stays()
    {
        var red = await North.SayAsync("red");
        var amber = await North.SayAsync("amber");
        var green = await North.SayAsync("green");
        var clear = await North.SayAsync("clear");
        await South.ReceivesAsync(clear);
        var marks = (await South.LogAsync()).ToDictionary(e => e.Event.Id, e => e.Event.Tlp);

        Assert.Equal("amber", marks[green]);
        Assert.Equal("clear", marks[clear]);
        Assert.DoesNotContain(amber, marks.Keys);
        Assert.DoesNotContain(red, marks.Keys);
    }

    [Fact]
    public async Task Only_agreed_types_and_models_pass_and_the_receiver_may_take_less()
    {
        var before = Stand(await South.PeerAsync(hubs.AtSouth), "dropped");
        await North.ChangeAsync(hubs.AtNorth, South, new { maxMark = "green", models = new[] { "anthropic" } });
        await South.ChangeAsync(hubs.AtSouth, North, new { maxMark = "green", accept = new { types = new[] { EventTypes.ModelStatus } } });

        var other = await North.SayAsync("clear", subject: "openai/gpt-5");
        var score = await North.SayAsync("clear", EventTypes.Score);
        await South.ReceivesAsync(await North.SayAsync("clear"));

        var ids = (await South.LogAsync()).Select(e => e.Event.Id).ToList();
        Assert.DoesNotContain(other, ids);
        Assert.DoesNotContain(score, ids);
        var peer = await Patience.UntilAsync("the drop is counted", () => South.PeerAsync(hubs.AtSouth), p => Stand(p, "dropped") == before + 1);
        Assert.Equal("Its type or model is not accepted from this peer.", peer.GetProperty("stand").GetProperty("droppedBecause").GetString());
        await North.ChangeAsync(hubs.AtNorth, South, new { maxMark = "green" });
        await South.ChangeAsync(hubs.AtSouth, North, new { maxMark = "green" });
    }

    [Fact]
    public async Task After_an_absence_a_hub_catches_up_from_where_it_stood()
    {
        await South.ReceivesAsync(await North.SayAsync("clear"));
        var known = Stand(await South.PeerAsync(hubs.AtSouth), "known");

        await South.StopAsync();
        var missed = new List<string>();
        for (var i = 0; i < 250; i++) // more than a page
        {
            missed.Add(await North.SayAsync("clear"));
        }

        await South.StartAsync();
        await South.ReceivesAsync(missed[^1]);

        Assert.Equal(missed, (await South.LogAsync()).Select(e => e.Event.Id).TakeLast(missed.Count));
        Assert.Equal(known, Stand(await South.PeerAsync(hubs.AtSouth), "known"));
    }

    [Fact]
    public async Task While_a_peer_is_down_its_fault_is_shown_and_it_is_tried_again()
    {
        await South.ReceivesAsync(await North.SayAsync("clear"));

        await North.StopAsync();
        var down = await Patience.UntilAsync("the fault is shown", () => South.PeerAsync(hubs.AtSouth), p => Stand(p, "failures") >= 2);
        await North.StartAsync();
        var id = await North.SayAsync("clear");

        Assert.Equal("It does not take connections.", down.GetProperty("stand").GetProperty("fault").GetString());
        await South.ReceivesAsync(id);
        await Patience.UntilAsync("the fault is gone", async () => Stand(await South.PeerAsync(hubs.AtSouth), "failures") == 0);
    }

    [Fact]
    public async Task A_clock_that_runs_ahead_is_seen_and_stops_no_pull()
    {
        await South.ReceivesAsync(await North.SayAsync("clear"));

        var peer = await Patience.UntilAsync("the skew is shown", () => South.PeerAsync(hubs.AtSouth), p => p.GetProperty("stand").GetProperty("skewSeconds").ValueKind != JsonValueKind.Null);
        Assert.InRange(peer.GetProperty("stand").GetProperty("skewSeconds").GetDouble(), TwoHubs.Skew.TotalSeconds - 90, TwoHubs.Skew.TotalSeconds + 90);
    }

    [Fact]
    public async Task A_paused_peer_gets_nothing_until_the_exchange_goes_on()
    {
        await South.ReceivesAsync(await North.SayAsync("clear"));
        using var paused = await North.Http.PostAsync($"/api/v1/peers/{hubs.AtNorth}/pause", null);
        var id = await North.SayAsync("clear");
        await Patience.UntilAsync("south is refused", async () => (await South.PeerAsync(hubs.AtSouth)).GetProperty("stand").GetProperty("fault").ToString() == "It answered 409.");
        var meanwhile = (await South.LogAsync()).Select(e => e.Event.Id).ToList();
        using var resumed = await North.Http.PostAsync($"/api/v1/peers/{hubs.AtNorth}/resume", null);

        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, resumed.StatusCode);
        Assert.DoesNotContain(id, meanwhile); // not even by a long poll that was held when the exchange was paused
        await South.ReceivesAsync(id);
    }

    [Fact]
    public async Task What_is_pushed_is_signed_with_the_hubs_key_and_taken_once_by_whatever_way_it_comes()
    {
        var id = await North.SayAsync("green");
        var pushed = North.Parcel(await North.ReceivesAsync(id), ShortIdOf(South), SharingMark.Green)!;
        var signed = Signature.Sign("msg", South.Now, pushed.Body.Span, [], North.Services.GetRequiredService<HubKeys>().Signing);
        await South.ReceivesAsync(id);

        Assert.Equal(202, await South.ReceiveAsync(hubs.AtSouth, pushed, signed));
        Assert.Equal(202, await South.ReceiveAsync(hubs.AtSouth, pushed, signed));
        Assert.Equal("amber", Assert.Single(await South.LogAsync(), e => e.Event.Id == id).Event.Tlp);
    }

    [Fact]
    public async Task A_push_that_is_unsigned_signed_by_others_changed_or_of_another_time_is_refused()
    {
        var pushed = North.Parcel(await North.ReceivesAsync(await North.SayAsync("clear")), ShortIdOf(South), SharingMark.Clear)!;
        var keys = North.Services.GetRequiredService<HubKeys>().Signing;
        var now = South.Now;
        SignatureHeaders Sign(DateTimeOffset at, IReadOnlyList<WebhookKeyPair> with) => Signature.Sign("msg", at, pushed.Body.Span, [], with);

        Assert.Equal(401, await South.ReceiveAsync(hubs.AtSouth, pushed, new SignatureHeaders("", "", "")));
        Assert.Equal(401, await South.ReceiveAsync(hubs.AtSouth, pushed, Sign(now, South.Services.GetRequiredService<HubKeys>().Signing)));
        Assert.Equal(409, await South.ReceiveAsync(hubs.AtSouth, pushed, Sign(now + TwoHubs.Skew, keys))); // tried again when the clock is right
        Assert.Equal(401, await South.ReceiveAsync(hubs.AtSouth, pushed with { Body = new byte[] { (byte)'{', (byte)'}' } }, Sign(now, keys)));
        Assert.Equal(202, await South.ReceiveAsync(hubs.AtSouth, pushed, Sign(now, keys)));
    }

    [Fact]
    public async Task A_replaced_key_stays_listed_and_signs_on_so_that_peers_have_time_to_confirm_the_new_one()
    {
        var before = (await North.Http.GetFromJsonAsync<JsonElement>("/.well-known/statushub.json")).GetProperty("publicKey").GetString();
        using var rotated = await North.Http.PostAsync("/api/v1/peers/keys/rotate", null);
        var said = await North.Http.GetFromJsonAsync<JsonElement>("/.well-known/statushub.json");
        var pushed = North.Parcel(await North.ReceivesAsync(await North.SayAsync("clear")), ShortIdOf(South), SharingMark.Clear)!;
        var signed = Signature.Sign("msg", South.Now, pushed.Body.Span, [], North.Services.GetRequiredService<HubKeys>().Signing);

        Assert.NotEqual(before, said.GetProperty("publicKey").GetString());
        Assert.Contains(before, said.GetProperty("publicKeys").EnumerateArray().Select(k => k.GetString()));
        Assert.Equal(202, await South.ReceiveAsync(hubs.AtSouth, pushed, signed)); // south knows the old key alone
    }

    private static long Stand(JsonElement peer, string member) => peer.GetProperty("stand").GetProperty(member).GetInt64();

    private static string SourceOf(PeerHub hub) => hub.Services.GetRequiredService<Domain.Storage.HubIdentity>().Source;

    private static string ShortIdOf(PeerHub hub) => HubPath.IdOf(SourceOf(hub));

    private static Dictionary<string, string> Attributes(LoggedEvent logged) => JsonDocument.Parse(logged.Event.Envelope!.Value).RootElement
        .EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String).ToDictionary(m => m.Name, m => m.Value.GetString()!, StringComparer.Ordinal);
}
