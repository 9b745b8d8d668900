using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;
using StatusHub.Support;
using StatusHub.Web.Access;
using StatusHub.Web.Duties;
using StatusHub.Web.Public;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Contracts.Api;

/// <summary>The real hub on Kestrel and on a PostgreSQL database of its own, with two organisations: Alice's and Bob's.</summary>
public class ApiApp : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string PublicUrl = "https://status.example.org";

    private TestDatabase? _database;

    public ApiApp() => UseKestrel(0);

    /// <summary>Everything the hub logged, of every category, from the level of debugging on.</summary>
    public ConcurrentQueue<string> Logged { get; } = new();

    public CurrentView View => Services.GetRequiredService<CurrentView>();

    public Guid Alice { get; private set; }

    public Guid Bob { get; private set; }

    /// <summary>Private networks the hub may call.</summary>
    protected virtual string AllowTargets => "";

    private string ConnectionString => _database!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        StartServer();
        Alice = await AddOrganisationAsync("alice");
        Bob = await AddOrganisationAsync("bob");
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    /// <summary>A client without a key.</summary>
    public HttpClient Anyone() => CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = ClientOptions.BaseAddress, AllowAutoRedirect = false });

    public HttpClient With(string key)
    {
        var client = Anyone();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A client with a fresh key of an organisation; every scope unless some are named.</summary>
    public async Task<HttpClient> AsAsync(Guid orgId, params string[] scopes)
    {
        var (_, text) = await Services.GetRequiredService<ApiKeys>()
            .IssueAsync(orgId, "test", scopes.Length == 0 ? Scopes.All : scopes, [], CancellationToken.None);
        return With(text);
    }

    /// <summary>Keeps everybody from a table of the hub's database.</summary>
    public Task<HeldTable> HoldAsync(string table) => HeldTable.TakeAsync(ConnectionString, table);

    /// <summary>A statement on the hub's database, past every wall.</summary>
    public async Task ExecuteHereAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseContentRoot(AppContext.BaseDirectory);
        builder.UseSetting("ConnectionStrings:StatusHub", ConnectionString);
        builder.UseSetting("Hub:PublicUrl", PublicUrl);
        builder.UseSetting("Hub:Probe", "false");
        builder.UseSetting("Hub:Deliver", "false"); // where a subscription stands is the tests' to move
        builder.UseSetting("Storage:TailPollMilliseconds", "50");
        builder.UseSetting("ApiKeys:CacheSeconds", "0");
        builder.UseSetting("Guard:AllowTargets", AllowTargets);
        // Without the loop that builds views from the database, a view stands until the test shows another. No duties fall due here.
        builder.ConfigureTestServices(services =>
        {
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(SiteLoop)));
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(DutySchedule)));
        });
        // A filter for one provider goes before all that stand in settings.
        builder.ConfigureLogging(logging => logging.ClearProviders().AddFilter<Recorder>("", LogLevel.Debug).AddProvider(new Recorder(Logged)));
    }

    private async Task<Guid> AddOrganisationAsync(string slug)
    {
        var now = Services.GetRequiredService<Clocks>().Now;
        await using var db = Services.GetRequiredService<SystemDb>().Open();
        var organisation = new Organisation { Id = Guid.CreateVersion7(now), Slug = slug, Name = slug, CreatedAt = now };
        db.Organisations.Add(organisation);
        await db.SaveChangesAsync();
        return organisation.Id;
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>Tests that share one running hub, one after the other: the public view is replaced between them.</summary>
[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiApp>
{
    public const string Name = "api";
}
