using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using StatusHub.Domain.Time;
using StatusHub.Simulator.Control;
using StatusHub.Simulator.Dialects;
using StatusHub.Simulator.Exchanges;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.Scenarios;
using StatusHub.Simulator.StatusPages;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator;

/// <summary>The simulated world as a web application: in its own process, or inside a test.</summary>
public static class SimulatorApp
{
    /// <summary>Environment variable and option that set the clock, in the form <see cref="AcceleratedClock.Parse"/> reads.</summary>
    public const string ClockKey = "STATUSHUB_CLOCK";

    /// <summary>Environment variables that begin so are options too (<c>SIMULATOR_LatencyScale</c>).</summary>
    public const string EnvironmentPrefix = "SIMULATOR_";

    /// <summary>At the end, open exchanges are given this long.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Builds the application; start it with <c>StartAsync</c>, then ask <see cref="AddressOf"/>.
    /// </summary>
    /// <param name="args">Options of <see cref="SimulatorOptions"/> as <c>--Name value</c>, and <c>--urls</c>.</param>
    /// <param name="clock">Dates everything and moves scenarios.</param>
    /// <param name="real">Paces the answers: delays run on it, scaled by <see cref="SimulatorOptions.LatencyScale"/>.</param>
    /// <param name="tune">Last word on the options, for tests.</param>
    /// <exception cref="ValidationException">An option lies outside its range.</exception>
    /// <exception cref="InvalidOperationException">The scenario to start with is not there.</exception>
    public static WebApplication Build(string[] args, TimeProvider clock, TimeProvider real, Action<SimulatorOptions>? tune = null)
    {
        // Nothing by default: inside a test the settings files beside the program are another application's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).AddCommandLine(args).Build();
        var options = new SimulatorOptions();
        configuration.Bind(options);
        tune?.Invoke(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, configuration["urls"], options));
        builder.WebHost.UseUrls((configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);

        var world = new LiveWorld(Catalogue.Default, clock);
        var shelf = new ScenarioShelf(options.ScenarioFolder);
        builder.Services.AddSingleton(world).AddSingleton(shelf);
        if (options.Scenario is { } name)
        {
            world.Play(shelf.Find(name) ?? throw new InvalidOperationException($"There is no scenario '{name}'."), options.Speed);
        }

        var app = builder.Build();
        app.UseRouting();
        MapProviders(app, world, options, real);
        app.MapControl();
        app.MapStatusPages();
        return app;
    }

    /// <summary>The hub clock a process of its own runs on: accelerated when <see cref="ClockKey"/> is given, else the real one.</summary>
    public static TimeProvider ClockFrom(string[] args, TimeProvider real)
    {
        var text = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build()[ClockKey];
        return string.IsNullOrEmpty(text) ? real : AcceleratedClock.Parse(text, real);
    }

    /// <summary>The address a started application listens on, without a slash at its end.</summary>
    public static string AddressOf(WebApplication app)
    {
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return $"http://localhost:{address.Port}";
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, string? urls, SimulatorOptions options)
    {
        kestrel.AddServerHeader = false;
        if (!string.IsNullOrEmpty(urls))
        {
            return;
        }

        if (options.Port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0); // "localhost" is two addresses, which cannot share a port chosen by the system
        }
        else
        {
            kestrel.ListenLocalhost(options.Port);
        }
    }

    private static void MapProviders(WebApplication app, LiveWorld world, SimulatorOptions options, TimeProvider real)
    {
        var chance = new Chance(options.Seed ?? unchecked((int)real.GetUtcNow().Ticks));
        var wire = new Wire(options, real, app.Lifetime);
        var chat = new ChatExchange(world, chance, options, wire);
        var gate = new GateExchange(world, chance, options, wire);
        foreach (var (provider, name) in world.Models.Select(m => (m.Provider, m.Dialect)).Distinct())
        {
            IDialect dialect = name == DialectNames.AnthropicMessages ? new AnthropicMessages() : new OpenAiChat();
            var path = name == DialectNames.AnthropicMessages ? "messages" : "chat/completions";
            app.MapPost($"/{provider}/v1/{path}", Quiet(context => chat.Run(context, provider, dialect)));
            app.MapGet($"/{provider}/v1/models", Quiet(context => gate.List(context, provider, dialect)));
            app.MapGet($"/{provider}/v1/models/{{id}}", Quiet(context => gate.One(context, provider, dialect)));
            if (name == DialectNames.AnthropicMessages)
            {
                app.MapPost($"/{provider}/v1/messages/count_tokens", Quiet(context => gate.CountTokens(context, provider, dialect)));
            }
        }
    }

    // A client that leaves is no error of ours.
    private static RequestDelegate Quiet(RequestDelegate run) => async context =>
    {
        try
        {
            await run(context);
        }
        catch (Exception left) when (left is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    };
}
