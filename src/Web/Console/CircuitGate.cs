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
        if (Interlocked.Increment(ref _all) <= options.Value.Circuits
            && _byMember.AddOrUpdate(member, 1, static (_, count) => count + 1) <= options.Value.CircuitsPerMember)
        {
            return true;
        }

        if (_byMember.ContainsKey(member))
        {
            Leave(member);
        }
        else
        {
            Interlocked.Decrement(ref _all);
        }

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

/// <summary>Lets a window in, or ends its circuit: a refused window shows the page's error bar and does not try again.</summary>
internal sealed class CircuitGate(CircuitCensus census, AuthenticationStateProvider session) : CircuitHandler
{
    private Guid? _entered;

    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var who = (await session.GetAuthenticationStateAsync()).User;
        if (who.MemberId() is not { } member || !census.TryEnter(member))
        {
            throw new InvalidOperationException("No circuit for this window: nobody is signed in, or too many windows are open.");
        }

        _entered = member;
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
