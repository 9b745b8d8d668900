using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Web;
using StatusHub.Web.Duties;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Snapshot;
using StatusHub.Web.Start;

namespace StatusHub.Support;

/// <summary>The whole hub on a real port and a database of its own, without probes; its view is whatever a test shows it.</summary>
public sealed class ConsoleApp : WebApplicationFactory<HubOptions>
{
    private readonly TestDatabase _database;
    private readonly IReadOnlyDictionary<string, string> _settings;

    private ConsoleApp(TestDatabase database, IReadOnlyDictionary<string, string> settings)
    {
        _database = database;
        _settings = settings;
        UseKestrel(0);
    }

    public Uri Address => ClientOptions.BaseAddress;

    public static async Task<ConsoleApp> StartAsync(params (string Name, string Value)[] settings)
    {
        var app = new ConsoleApp(await TestDatabase.CreateAsync(), settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal));
        app.StartServer();
        await app.Services.GetRequiredService<HubStart>().Done;
        return app;
    }

    public void Show(HubView view) => Services.GetRequiredService<CurrentView>().Replace(view);

    /// <summary>A member with a membership, in the operator's organisation unless another is named.</summary>
    public async Task<Member> AddMemberAsync(string email, string password, Role role, Guid? orgId = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var clocks = Services.GetRequiredService<Clocks>();
        var member = new Member { Id = Guid.CreateVersion7(clocks.Now), UserName = email, Email = email, CreatedAt = clocks.Now };
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Member>>().CreateAsync(member, password);
        if (!made.Succeeded)
        {
            throw new InvalidOperationException(string.Join(' ', made.Errors.Select(e => e.Description)));
        }

        await using var db = Services.GetRequiredService<SystemDb>().Open();
        db.Memberships.Add(new() { OrgId = orgId ?? await OperatorAsync(), MemberId = member.Id, Role = role });
        await db.SaveChangesAsync();
        return member;
    }

    public async Task<Guid> AddOrganisationAsync(string slug)
    {
        var clocks = Services.GetRequiredService<Clocks>();
        var org = new Organisation { Id = Guid.CreateVersion7(clocks.Now), Slug = slug, Name = slug, CreatedAt = clocks.Now };
        await using var db = Services.GetRequiredService<SystemDb>().Open();
        db.Organisations.Add(org);
        await db.SaveChangesAsync();
        return org.Id;
    }

    public Task<Guid> OperatorAsync()
    {
        using var db = Services.GetRequiredService<SystemDb>().Open();
        return Task.FromResult(db.Organisations.Single(o => o.Slug == Organisation.OperatorSlug).Id);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:StatusHub", _database.ConnectionString);
        builder.UseSetting("Hub:Probe", "false");
        builder.UseSetting("Hub:Data", Path.Combine(Path.GetTempPath(), _database.Name));
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }

        // Without the loop that builds views from the database, a view stands until the test shows another. No duties fall due here.
        builder.ConfigureTestServices(services =>
        {
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(SiteLoop)));
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(DutySchedule)));
        });
    }
}
