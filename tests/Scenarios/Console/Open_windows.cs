using Microsoft.Extensions.Options;
using StatusHub.Web.Console;

namespace StatusHub.Tests.Scenarios.Console;

public sealed class Open_windows
{
    private static readonly Guid Ada = Guid.Parse("019f0000-0000-7000-8000-000000000001");
    private static readonly Guid Bob = Guid.Parse("019f0000-0000-7000-8000-000000000002");

    [Fact]
    public void A_member_has_so_many_windows_and_no_more_until_one_is_closed()
    {
        var census = Of(perMember: 2, all: 10);

        Assert.True(census.TryEnter(Ada));
        Assert.True(census.TryEnter(Ada));
        Assert.False(census.TryEnter(Ada));
        Assert.True(census.TryEnter(Bob));
        census.Leave(Ada);
        Assert.True(census.TryEnter(Ada));
        Assert.Equal(3, census.Count);
    }

    [Fact]
    public void A_full_node_lets_nobody_in_and_counts_nobody_it_refused()
    {
        var census = Of(perMember: 5, all: 1);
        Assert.True(census.TryEnter(Ada));

        Assert.False(census.TryEnter(Bob));
        Assert.False(census.TryEnter(Ada));

        Assert.Equal(1, census.Count);
        census.Leave(Ada);
        Assert.Equal(0, census.Count);
        Assert.True(census.TryEnter(Bob));
    }

    private static CircuitCensus Of(int perMember, int all) => new(Options.Create(new ConsoleOptions { CircuitsPerMember = perMember, Circuits = all }));
}
