using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Sharing;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Unit.Feed.Delivery;

/// <summary>Who may send now, and who waits.</summary>
public sealed class PlacesTests
{
    private static readonly Guid Org = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    private readonly Places _places = new(new DeliveryOptions { QuickPlaces = 4, SlowPlaces = 2, MaxInFlight = 10, PlacesPerOrganisation = 3 }, perHost: 2);
    private int _count;

    [Fact]
    public void Slow_ones_have_few_places_and_quick_ones_their_own()
    {
        Queue(5, slow: true);
        Queue(5, slow: false);
        Assert.Equal(6, Taken().Count);
    }

    [Fact]
    public void One_that_turns_slow_gives_its_quick_place_up_while_it_runs()
    {
        Queue(8, slow: false);
        var first = Taken();
        Assert.Equal(4, first.Count);
        first.ForEach(_places.TurnSlow);
        Assert.Equal(4, Taken().Count);
        Assert.Equal(8, _places.Taken);
        first.ForEach(_places.Leave);
        Assert.Equal(4, _places.Taken);
    }

    [Fact]
    public void There_is_an_end_to_what_is_under_way()
    {
        Queue(40, slow: false);
        for (var round = 0; round < 5; round++)
        {
            Taken().ForEach(_places.TurnSlow);
        }

        Assert.Equal(10, _places.Taken);
    }

    [Fact]
    public void An_organisation_does_not_take_all_the_places()
    {
        for (var i = 0; i < 6; i++)
        {
            _places.Queue(NewLane(Org, $"h{i}"), slow: false);
        }

        var other = NewLane(NewOrg(), "x");
        _places.Queue(other, slow: false);
        var taken = Taken();
        Assert.Equal(3, taken.Count(l => l.OrgId == Org));
        Assert.Contains(other, taken);

        _places.Leave(taken[0]);
        Assert.Equal(Org, Assert.Single(Taken()).OrgId);
    }

    [Fact]
    public void A_host_does_not_hold_back_the_other_hosts_of_the_same_organisation()
    {
        var busy = Enumerable.Range(0, 5).Select(_ => NewLane(Org, "busy")).ToList();
        busy.ForEach(l => _places.Queue(l, slow: false));
        var free = NewLane(Org, "free");
        _places.Queue(free, slow: false);
        Assert.Equal([busy[0], busy[1], free], Taken());
    }

    [Fact]
    public void A_host_that_is_free_waits_for_nobody_whose_organisation_is_full()
    {
        var places = new Places(new DeliveryOptions { PlacesPerOrganisation = 1 }, perHost: 1);
        var (ours, theirs) = (NewOrg(), NewOrg());
        var (first, held, next, elsewhere) = (NewLane(NewOrg(), "host"), NewLane(ours, "host"), NewLane(theirs, "host"), NewLane(ours, "elsewhere"));
        foreach (var lane in new[] { first, held, next, elsewhere })
        {
            places.Queue(lane, slow: false);
        }

        Assert.Equal([first, elsewhere], [places.Next(), places.Next()]);
        Assert.Null(places.Next());
        places.Leave(first);
        Assert.Equal(next, places.Next()); // the one before it in line has no place of its organisation
    }

    /// <summary>Whoever stands in line comes to it, whatever the order in which places come free.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nobody_is_forgotten(int seed)
    {
        var chance = new Random(seed);
        var orgs = Enumerable.Range(0, 3).Select(_ => NewOrg()).ToList();
        var lanes = Enumerable.Range(0, 300).Select(_ => NewLane(orgs[chance.Next(3)], $"h{chance.Next(4)}")).ToList();
        lanes.ForEach(l => _places.Queue(l, slow: chance.Next(3) == 0));
        var (running, came) = (new List<Lane>(), new HashSet<Lane>());
        while (came.Count < lanes.Count)
        {
            var next = Taken();
            running.AddRange(next);
            came.UnionWith(next);
            Assert.All(running.GroupBy(l => l.OrgId), g => Assert.True(g.Count() <= 3));
            Assert.All(running.GroupBy(l => l.Host), g => Assert.True(g.Count() <= 2));
            Assert.NotEmpty(running);
            var over = running[chance.Next(running.Count)];
            running.Remove(over);
            _places.Leave(over);
        }
    }

    private void Queue(int count, bool slow)
    {
        for (var i = 0; i < count; i++)
        {
            _places.Queue(NewLane(NewOrg(), $"host-{_count}"), slow);
        }
    }

    private List<Lane> Taken()
    {
        var taken = new List<Lane>();
        while (_places.Next() is { } lane)
        {
            taken.Add(lane);
        }

        return taken;
    }

    private Guid NewOrg() => Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(++_count));

    private Lane NewLane(Guid org, string host)
    {
        var subscription = new Subscription
        {
            OrgId = org,
            Id = NewOrg(),
            Definition = "",
            State = SubscriptionState.Active,
            StateAt = DateTimeOffset.UnixEpoch,
            Secrets = [],
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        var to = new Addressee(new SubscriptionDefinition { Sink = new Uri($"https://{host}/") }, SignatureSecrets.Of(WebhookSecret.Generate()), null);
        return new Lane(new HeldSubscription(subscription, 1, new DeliveryStand(0)), to, EventReader.Anyone, allowance: null);
    }
}
