using System.Net;
using System.Net.Security;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Time;
using StatusHub.Probes;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Dialects;
using StatusHub.Unit.Support;

namespace StatusHub.Unit.Probes.Support;

/// <summary>A prober on a clock that stands still, with the options and the resolver of the test.</summary>
internal sealed class Bench : IDisposable
{
    public const string Secret = "sk-test-0123456789abcdef";

    private readonly ProbeConnections _connections;
    private readonly RunProbe _run;

    public Bench(ProbesOptions? options = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, SslClientAuthenticationOptions? tls = null)
    {
        Options = options ?? new ProbesOptions();
        var clocks = new Clocks(new ManualClock(), Clock);
        _connections = new ProbeConnections(Options, clocks, resolve, tls);
        _run = new RunProbe(_connections, Options, clocks, new Random(7));
    }

    public ManualClock Clock { get; } = new();

    public ProbesOptions Options { get; }

    public Task<ProbeOutcome> ProbeAsync(string url, string dialect = DialectNames.AnthropicMessages, ProbeRung rung = ProbeRung.Stream, string? credential = Secret, CancellationToken cancellation = default) =>
        _run.ProbeAsync(Target(url, dialect, rung, credential), cancellation);

    public static ProbeTarget Target(string url, string dialect, ProbeRung rung, string? credential = Secret)
    {
        var model = ModelId.Parse(dialect == DialectNames.AnthropicMessages ? "anthropic/claude-opus-4-8" : "openai/gpt-5-2");
        return new ProbeTarget
        {
            OrgId = new Guid(1, 0, 0, new byte[8]),
            EndpointId = new Guid(2, 0, 0, new byte[8]),
            Model = model,
            Dialect = dialect,
            Url = url,
            WireModel = model.Name,
            Credential = credential,
            Rung = rung,
        };
    }

    /// <summary>Probes a server that gives this one answer.</summary>
    public static async Task<ProbeOutcome> AskAsync(string dialect, string response, ProbeRung rung = ProbeRung.Stream, string? credential = Secret)
    {
        await using var server = new ScriptedServer(w => w.AnswerAsync(response));
        using var bench = new Bench();
        return await bench.ProbeAsync(server.Url, dialect, rung, credential, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _connections.Dispose();
}
