using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Contracts.Api;
using StatusHub.Domain.Judging;
using StatusHub.Domain.Time;
using StatusHub.Support;
using StatusHub.Web.Public.Snapshot;

namespace StatusHub.Contracts.Examples;

/// <summary>The examples for gateways, each run as its user runs it, against a hub whose Opus fails and whose GPT shares nothing with it.</summary>
[Collection(ApiCollection.Name)]
public sealed class ExamplesTests(ApiApp app)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples");

    private string Hub => app.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task The_plain_Python_client_switches_and_comes_back()
    {
        await ShowAsync(HealthState.MajorOutage);
        var told = JsonNode.Parse(await PythonAsync("python/statushub.py", Hub, Views.Opus.Value))!;
        Assert.Equal(Views.Gpt.Value, (string)told["use"]!);
        Assert.Contains("shares nothing known", (string)told["reason"]!, StringComparison.Ordinal);
        await ShowAsync(HealthState.Operational);
        Assert.Equal(Views.Opus.Value, (string)JsonNode.Parse(await PythonAsync("python/statushub.py", Hub, Views.Opus.Value))!["use"]!);
    }

    [Fact]
    public async Task Without_a_hub_the_primary_is_used_and_the_last_advice_holds()
    {
        await ShowAsync(HealthState.MajorOutage);
        var said = await PythonAsync(
            "-c",
            $$"""
            import sys
            sys.path.insert(0, sys.argv[1])
            from statushub import StatusHub
            now = [0.0]
            nobody = StatusHub("http://127.0.0.1:9", clock=lambda: now[0])
            print(nobody.advice("{{Views.Opus}}").model())
            hub = StatusHub("{{Hub}}", clock=lambda: now[0])
            print(hub.advice("{{Views.Opus}}").model())
            hub._url, now[0] = "http://127.0.0.1:9", 1000.0
            print(hub.advice("{{Views.Opus}}").model())
            """,
            Path.Combine(Folder, "python"));
        Assert.Equal([Views.Opus.Value, Views.Gpt.Value, Views.Gpt.Value], said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        await ShowAsync(HealthState.Operational);
    }

    [Fact]
    public async Task The_plain_CSharp_client_switches_and_without_a_hub_stays()
    {
        await ShowAsync(HealthState.MajorOutage);
        Assert.StartsWith(Views.Gpt + ":", await CSharpAsync(Hub), StringComparison.Ordinal);
        Assert.StartsWith(Views.Opus + ": The hub does not answer.", await CSharpAsync("http://127.0.0.1:9"), StringComparison.Ordinal);
        await ShowAsync(HealthState.Operational);
    }

    [Fact]
    public async Task The_hook_of_LiteLLM_sends_a_request_to_what_works()
    {
        await ShowAsync(HealthState.MajorOutage);
        var said = JsonNode.Parse(await PythonAsync(
            "-c",
            $$"""
            import sys, os, json, asyncio
            sys.path[:0] = [sys.argv[1] + "/python", sys.argv[1] + "/litellm"]
            os.environ["STATUSHUB_URL"] = "{{Hub}}"
            from statushub_hook import hook
            call = lambda model: asyncio.run(hook.async_pre_call_hook(None, None, {"model": model, "messages": []}, "completion"))
            print(json.dumps([call("{{Views.Opus}}"), call("my-own-group")]))
            """,
            Folder))!;
        Assert.Equal(Views.Gpt.Value, (string)said[0]!["model"]!);
        Assert.NotNull(said[0]!["metadata"]!["statushub_reason"]);
        Assert.Equal("my-own-group", (string)said[1]!["model"]!);
        await ShowAsync(HealthState.Operational);
    }

    [Fact]
    public async Task A_list_of_models_begins_with_what_works()
    {
        await ShowAsync(HealthState.MajorOutage);
        Assert.Equal(Views.Gpt.Value, (string)(await ListAsync())[0]!);
        await ShowAsync(HealthState.Operational);
        Assert.Equal(Views.Opus.Value, (string)(await ListAsync())[0]!);

        async Task<JsonArray> ListAsync() => JsonNode.Parse(await PythonAsync([("STATUSHUB_URL", Hub)], "openrouter/models.py", Views.Opus.Value))!["models"]!.AsArray();
    }

    [Fact]
    public async Task The_route_of_Envoys_gateway_has_its_backends_in_the_advised_order()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$$"""{"{{{Views.Opus}}}":{"backend":"anthropic","model":"claude-opus-4-8"},"{{{Views.Gpt}}}":{"backend":"openai","model":"gpt-5.2"} }""");
        await ShowAsync(HealthState.MajorOutage);
        var refs = await RefsAsync();
        Assert.Equal([("openai", 0), ("anthropic", 1)], refs);
        await ShowAsync(HealthState.Operational);
        Assert.Equal(("anthropic", 0), (await RefsAsync())[0]);
        File.Delete(file);

        async Task<List<(string, int)>> RefsAsync()
        {
            var route = JsonNode.Parse(await PythonAsync([("STATUSHUB_URL", Hub)], "envoy-ai-gateway/route.py", Views.Opus.Value, file))!;
            return [.. route["spec"]!["rules"]![0]!["backendRefs"]!.AsArray().Select(r => ((string)r!["name"]!, (int)r["priority"]!))];
        }
    }

    private static Task<string> PythonAsync(params string[] arguments) => PythonAsync([], arguments);

    private static async Task<string> PythonAsync((string, string)[] environment, params string[] arguments)
    {
        var first = arguments[0] == "-c" ? arguments[0] : Path.Combine(Folder, arguments[0]);
        var (code, said, complained) = await ForeignProgram.RunAsync("python3", ["-B", first, .. arguments[1..]], "", environment);
        Assert.True(code == 0, complained);
        return said;
    }

    private static async Task<string> CSharpAsync(string hub)
    {
        // tests/Contracts/bin/Release/net10.0 → examples/csharp/bin/Release/net10.0
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(Folder, "csharp", "bin", own.Parent!.Name, own.Name, "StatusHub.Example.Fallback.dll");
        var (code, said, complained) = await ForeignProgram.RunAsync("dotnet", [built, hub, Views.Opus.Value]);
        Assert.True(code == 0, complained);
        return said;
    }

    private Task ShowAsync(HealthState opus) =>
        app.Services.GetRequiredService<PublicSite>().PublishAsync(
            Views.Of([Views.Model(Views.Opus, opus), Views.Model(Views.Haiku), Views.Model(Views.Gpt)], []) with { AsOf = app.Services.GetRequiredService<Clocks>().Now });
}
