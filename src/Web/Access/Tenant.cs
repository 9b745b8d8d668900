using Microsoft.AspNetCore.Components.Authorization;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>
/// Work for one organisation outside a request's own scope. A circuit lives for hours, and a context or a connection bound to an
/// organisation must not: each operation has a scope of its own.
/// </summary>
public sealed class Tenant(IServiceScopeFactory scopes)
{
    public async Task<T> RunAsync<T>(Guid orgId, Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<OrgScope>().OrgId = orgId;
        return await work(scope.ServiceProvider);
    }
}

/// <summary>What the signed-in member of a page asks for, done only when their role allows it.</summary>
public sealed class MemberWork(AuthenticationStateProvider session, Tenant tenant)
{
    /// <param name="least">The least role that may.</param>
    public Task<MemberAnswer<T>> AskAsync<T>(Role least, Func<IServiceProvider, Task<T>> work) => AskAsync(least, (services, _) => work(services));

    /// <summary>The same for what is written down with who did it.</summary>
    public async Task<MemberAnswer<T>> AskAsync<T>(Role least, Func<IServiceProvider, Actor, Task<T>> work)
    {
        var who = (await session.GetAuthenticationStateAsync()).User;
        return who.MayAs(least) && who.OrgId() is { } org
            ? new(Allowed: true, await tenant.RunAsync(org, services => work(services, who.Actor()))) : new(Allowed: false, default);
    }
}

/// <param name="Value">What the work gave; default when it was not allowed, and so not done.</param>
public readonly record struct MemberAnswer<T>(bool Allowed, T? Value);
