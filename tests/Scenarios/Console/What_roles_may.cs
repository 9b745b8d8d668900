using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Tenancy;
using StatusHub.Support;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Tests.Scenarios.Console;

public sealed class What_roles_may
{
    private const string Good = "violet otter crosses rivers";

    private static readonly EndpointRequest Request = new()
    {
        Model = "anthropic/claude-opus-4-8",
        Dialect = "anthropic-messages",
        Url = "https://api.anthropic.example",
    };

    [Theory]
    [InlineData(Role.Viewer, false)]
    [InlineData(Role.Responder, false)]
    [InlineData(Role.Admin, true)]
    [InlineData(Role.Owner, true)]
    public async Task Admins_and_owners_pause_endpoints_and_others_cannot(Role role, bool may)
    {
        await using var app = await ConsoleApp.StartAsync();
        var org = await app.OperatorAsync();
        var id = await CreateAsync(app, org);
        var work = await WorkOfAsync(app, await app.AddMemberAsync("ada@example.org", Good, role));

        var answer = await work.AskAsync(Role.Admin, services => Registry(services).PauseAsync(id, "by hand", CancellationToken.None));

        Assert.Equal(may, answer.Allowed);
        var stored = await app.Services.GetRequiredService<Tenant>().RunAsync(org, services => Registry(services).FindAsync(id, CancellationToken.None));
        Assert.Equal(may, stored!.PausedAt is not null);
    }

    [Fact]
    public async Task An_owner_finds_nothing_of_another_organisation()
    {
        await using var app = await ConsoleApp.StartAsync();
        var id = await CreateAsync(app, await app.OperatorAsync());
        var other = await app.AddOrganisationAsync("other");
        var work = await WorkOfAsync(app, await app.AddMemberAsync("eve@example.org", Good, Role.Owner, other));

        Assert.Empty((await work.AskAsync(Role.Viewer, services => Registry(services).ListAsync(CancellationToken.None))).Value!);
        Assert.Null((await work.AskAsync(Role.Viewer, services => Registry(services).FindAsync(id, CancellationToken.None))).Value);
        var paused = await work.AskAsync(Role.Admin, services => Registry(services).PauseAsync(id, "mine now", CancellationToken.None));
        Assert.True(paused.Allowed);
        Assert.False(paused.Value);
    }

    [Fact]
    public async Task A_member_of_no_organisation_may_do_nothing()
    {
        await using var app = await ConsoleApp.StartAsync();
        var work = WorkOf(app, new ClaimsPrincipal(new ClaimsIdentity([new(SignInClaims.Role, nameof(Role.Owner))], "test")));

        Assert.False((await work.AskAsync(Role.Viewer, services => Registry(services).ListAsync(CancellationToken.None))).Allowed);
    }

    private static async Task<Guid> CreateAsync(ConsoleApp app, Guid org)
    {
        var made = await app.Services.GetRequiredService<Tenant>().RunAsync(org, services => Registry(services).CreateAsync(Request, CancellationToken.None));
        return Assert.IsType<EndpointAnswer.Created>(made).Endpoint.Id;
    }

    private static async Task<MemberWork> WorkOfAsync(ConsoleApp app, Member member)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return WorkOf(app, await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<Member>>().CreateAsync(member));
    }

    private static MemberWork WorkOf(ConsoleApp app, ClaimsPrincipal who) => new(new Session(who), app.Services.GetRequiredService<Tenant>());

    private static EndpointRegistry Registry(IServiceProvider services) => services.GetRequiredService<EndpointRegistry>();

    private sealed class Session(ClaimsPrincipal who) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(who));
    }
}
