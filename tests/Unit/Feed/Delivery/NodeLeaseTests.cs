using StatusHub.Feed.Delivery;
using StatusHub.Unit.Support;

namespace StatusHub.Unit.Feed.Delivery;

public sealed class NodeLeaseTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void It_counts_from_before_it_was_asked_for_and_runs_out_by_itself()
    {
        var lease = new NodeLease(_clock, TimeSpan.FromSeconds(15));
        Assert.Null(lease.Term);
        var asked = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(10));
        lease.Renewed(asked);
        Assert.NotNull(lease.Term);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(lease.Term);
    }

    [Fact]
    public void Renewed_in_time_it_is_the_same_and_after_a_lapse_another()
    {
        var lease = new NodeLease(_clock, TimeSpan.FromSeconds(15));
        lease.Renewed(_clock.GetTimestamp());
        var first = lease.Term;
        _clock.Advance(TimeSpan.FromSeconds(14));
        lease.Renewed(_clock.GetTimestamp());
        Assert.Equal(first, lease.Term);
        _clock.Advance(TimeSpan.FromSeconds(60));
        lease.Renewed(_clock.GetTimestamp());
        Assert.NotNull(lease.Term);
        Assert.NotEqual(first, lease.Term);
    }
}
