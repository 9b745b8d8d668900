using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StatusHub.Domain.Events;
using StatusHub.Domain.Peering;
using StatusHub.Domain.Sharing;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Feed.Webhooks;
using StatusHub.Web;
using StatusHub.Web.Duties;
using StatusHub.Web.Peers;
using StatusHub.Web.Public.Snapshot;
using StatusHub.Web.Start;

namespace StatusHub.Support.Peers;

/// <summary>One hub among others on this machine: a port and a database of its own, both of which outlive a stop.</summary>
public sealed class PeerHub : IAsyncDisposable
{
    private const string Key = "test-operator-key-0000";

    private readonly TestDatabase _database;
    private readonly int _port;
    private readonly TimeSpan _skew;
    private readonly bool _isOperated;
    private Factory? _factory;

    private PeerHub(string name, TestDatabase database, int port, TimeSpan skew, bool isOperated) =>
        (Name, _database, _port, _skew, _isOperated) = (name, database, port, skew, isOperated);

    public string Name { get; }

    public string Url => $"http://127.0.0.1:{_port}";

    public IServiceProvider Services => _factory!.Services;

    /// <summary>Speaks to it with the operator's key.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <param name="skew">How far its clocks run ahead of ours.</param>
    /// <param name="isOperated">As an operator would run it: with its public pages, and no wait shortened for tests.</param>
    public static async Task<PeerHub> StartAsync(string name, TimeSpan skew = default, bool isOperated = false)
    {
        var hub = new PeerHub(name, await TestDatabase.CreateAsync(), FreePort(), skew, isOperated);
        await hub.StartAsync();
        return hub;
    }

    public async Task StartAsync()
    {
        _factory = new Factory(this);
        _factory.UseKestrel(_port);
        _factory.StartServer();
        await _factory.Services.GetRequiredService<HubStart>().Done;
        await Services.GetRequiredService<Web.Access.ApiKeys>().InstallOperatorKeyAsync(Key);
        Http = new HttpClient { BaseAddress = new Uri(Url) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Takes the hub down; its database stays.</summary>
    public async Task StopAsync()
    {
        Http.Dispose();
        await _factory!.DisposeAsync();
        _factory = null;
    }

    /// <summary>An event of the hub's own, as its judge would tell one.</summary>
    public async Task<string> SayAsync(string mark, string type = EventTypes.ModelStatus, string subject = "anthropic/claude-opus-4-8", string note = "")
    {
        var clocks = Services.GetRequiredService<Clocks>();
        var id = Guid.CreateVersion7(clocks.Now).ToString();
        var e = new HubEvent(id, Services.GetRequiredService<HubIdentity>().Source, type, subject, clocks.Now, OrgId: null, mark, JsonSerializer.SerializeToUtf8Bytes(new { status = "operational", note }));
        await AppendAsync(e);
        return id;
    }

    public async Task AppendAsync(params HubEvent[] events)
    {
        await Services.GetRequiredService<EventLog>().AppendAsync(events, Services.GetRequiredService<Clocks>().Now, CancellationToken.None);
        Services.GetRequiredService<LogTail>().Committed();
    }

    /// <summary>Its log, oldest first.</summary>
    public Task<IReadOnlyList<LoggedEvent>> LogAsync() =>
        Services.GetRequiredService<EventLog>().ReadAfterAsync(0, EventLog.MaxAppend, CancellationToken.None);

    /// <summary>Waits until an event stands in its log.</summary>
    public async Task<LoggedEvent> ReceivesAsync(string id) =>
        (await Patience.UntilAsync($"{Name} receives {id}", async () => (await LogAsync()).FirstOrDefault(e => e.Event.Id == id), e => e is not null))!;

    /// <summary>Writes down an agreement, both keys confirmed and exchanged, as two operators on the telephone would.</summary>
    /// <returns>The id of the peer here.</returns>
    public static async Task<(Guid AtOne, Guid AtOther)> AgreeAsync(PeerHub one, PeerHub other, object? oneSays = null, object? otherSays = null)
    {
        var (atOne, keyForOther) = await one.OfferAsync(other, oneSays);
        var (atOther, keyForOne) = await other.OfferAsync(one, otherSays);
        await one.GiveKeyAsync(atOne, other, oneSays, keyForOne);
        await other.GiveKeyAsync(atOther, one, otherSays, keyForOther);
        return (atOne, atOther);
    }

    /// <summary>Changes some members of an agreement; the others become what they are in a new one.</summary>
    public Task ChangeAsync(Guid id, PeerHub other, object says) => SendAsync(HttpMethod.Put, $"/api/v1/peers/{id}", BodyOf(other, says, null));

    public async Task<JsonElement> PeerAsync(Guid id) => await Http.GetFromJsonAsync<JsonElement>($"/api/v1/peers/{id}");

    /// <summary>Its real time, wrong as its clock is.</summary>
    public DateTimeOffset Now => Services.GetRequiredService<Clocks>().Real.GetUtcNow();

    /// <summary>What it would push of an event to a peer with this agreement.</summary>
    public HttpEventMessage? Parcel(LoggedEvent logged, string theirs, SharingMark maxMark) =>
        Services.GetRequiredService<PeerFormat>().Of(new PeerOffer(theirs, PeerTerms.Public with { MaxMark = maxMark }), logged);

    /// <summary>Takes a push as if it had come with the peer's key.</summary>
    /// <returns>The status it is answered with.</returns>
    public async Task<int> ReceiveAsync(Guid peerId, HttpEventMessage message, SignatureHeaders headed)
    {
        var peer = (await Services.GetRequiredService<PeerStore>().AllAsync(CancellationToken.None)).Single(p => p.Id == peerId);
        var headers = new HeaderDictionary
        {
            ["Content-Type"] = message.ContentType,
            [SignatureHeaders.IdName] = headed.Id,
            [SignatureHeaders.TimestampName] = headed.Timestamp,
            [SignatureHeaders.SignatureName] = headed.Signature,
        };
        var answer = await Services.GetRequiredService<PeerReception>().ReceiveAsync(peer, headers, message.Body, CancellationToken.None);
        return ((IStatusCodeHttpResult)answer).StatusCode!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_factory is not null)
        {
            await StopAsync();
        }

        await _database.DisposeAsync();
    }

    private async Task<(Guid Id, string KeyForPeer)> OfferAsync(PeerHub other, object? says)
    {
        var made = await SendAsync(HttpMethod.Post, "/api/v1/peers", BodyOf(other, says, null));
        await SendAsync(HttpMethod.Post, $"/api/v1/peers/{made.GetProperty("id")}/confirm", new { publicKey = made.GetProperty("offeredKey").GetString() });
        return (made.GetProperty("id").GetGuid(), made.GetProperty("keyForPeer").GetString()!);
    }

    private Task GiveKeyAsync(Guid id, PeerHub other, object? says, string key) => SendAsync(HttpMethod.Put, $"/api/v1/peers/{id}", BodyOf(other, says, key));

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"{method} {path} at {Name}: {(int)response.StatusCode} {text}");
    }

    private static Dictionary<string, object?> BodyOf(PeerHub other, object? says, string? key)
    {
        var body = new Dictionary<string, object?> { ["name"] = other.Name, ["url"] = other.Url, ["direction"] = "pull", ["key"] = key };
        foreach (var member in says is null ? [] : JsonSerializer.SerializeToElement(says).EnumerateObject().ToList())
        {
            body[member.Name] = member.Value;
        }

        return body;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Factory(PeerHub hub) : WebApplicationFactory<HubOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("ConnectionStrings:StatusHub", hub._database.ConnectionString);
            builder.UseSetting("Hub:Name", hub.Name);
            builder.UseSetting("Hub:PublicUrl", hub.Url);
            builder.UseSetting("Hub:Probe", "false");
            builder.UseSetting("Hub:Data", Path.Combine(Path.GetTempPath(), hub._database.Name));
            builder.UseSetting("Guard:AllowTargets", "127.0.0.0/8");
            if (!hub._isOperated)
            {
                Hurry(builder);
            }

            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Error));
            builder.ConfigureTestServices(services =>
            {
                if (hub._skew != default)
                {
                    var clock = new SkewedTime(hub._skew);
                    services.AddSingleton(new Clocks(clock, clock));
                }

                if (!hub._isOperated)
                {
                    services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(SiteLoop)));
                }

                services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(DutySchedule)));
            });
        }

        private static void Hurry(IWebHostBuilder builder)
        {
            builder.UseSetting("Storage:TailPollMilliseconds", "50");
            builder.UseSetting("Peering:LookMilliseconds", "50");
            builder.UseSetting("Peering:WaitSeconds", "2");
            builder.UseSetting("Peering:FirstRetrySeconds", "0.1");
            builder.UseSetting("Peering:MaxRetrySeconds", "0.5");
        }
    }

    /// <summary>The system's clock, wrong by a fixed amount.</summary>
    private sealed class SkewedTime(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skew;
    }
}
