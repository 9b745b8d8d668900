using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using StatusHub.Web.Access;

namespace StatusHub.Web.Console;

/// <summary>Connected windows of this node, by member.</summary>
public sealed class CircuitCensus(IOptions<ConsoleOptions> options)
{
    private readonly ConcurrentDictionary<Guid, int> _byMember = new();
    private int _all;

    public int Count => Volatile.Read(ref _all);

    /// <summary>Counts one more window of a member, unless that were too many.</summary>
    public bool TryEnter(Guid member)
    {
        Interlocked.Increment(ref _all);
        var windows = _byMember.AddOrUpdate(member, 1, static (_, count) => count + 1);
        if (Count <= options.Value.Circuits && windows <= options.Value.CircuitsPerMember)
        {
            return true;
        }

        Leave(member);
        return false;
    }

    public void Leave(Guid member)
    {
        Interlocked.Decrement(ref _all);
        if (_byMember.AddOrUpdate(member, 0, static (_, count) => count - 1) <= 0)
        {
            _byMember.TryRemove(new(member, 0));
        }
    }
}

/// <summary>Whether this window was let in; a refused one draws only why, and so holds next to nothing.</summary>
public sealed class CircuitAdmission
{
    public bool Refused { get; internal set; }
}

/// <summary>Counts a window when its connection comes up, before anything is drawn, and lets it go when it is lost.</summary>
internal sealed class CircuitGate(CircuitCensus census, CircuitAdmission admission, AuthenticationStateProvider session) : CircuitHandler
{
    private Guid? _entered;

    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var who = (await session.GetAuthenticationStateAsync()).User;
        if (who.MemberId() is { } member && census.TryEnter(member))
        {
            _entered = member;
        }

        admission.Refused = _entered is null;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_entered is { } member)
        {
            _entered = null;
            census.Leave(member);
        }

        return Task.CompletedTask;
    }
}
