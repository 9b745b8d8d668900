using StatusHub.Simulator.Dialects;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Exchanges;

/// <summary>
/// The cheap calls: models list, one model, token count. They never reach the machines that answer, so of a model's faults only
/// those of the gate concern them: refused connections, and errors below 500 (keys, permissions, limits, a model withdrawn). The list
/// belongs to all of a provider's models and fails only as far as every one of them does.
/// </summary>
internal sealed class GateExchange(LiveWorld world, Chance chance, SimulatorOptions options, Wire wire)
{
    /// <summary>Usual time of a cheap call.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(60);

    public Task List(HttpContext context, string provider, IDialect dialect)
    {
        var models = world.Of(provider).ToArray();
        return Answer(context, dialect, provider, Mildest(models), null, () => dialect.ModelList(models));
    }

    public Task One(HttpContext context, string provider, IDialect dialect)
    {
        var name = context.Request.RouteValues["id"] as string ?? "";
        var model = ByWireName(provider, name);
        return Answer(
            context, dialect, provider, FaultsOf(model), model is null ? dialect.NoSuchModel(name) : null, () => dialect.ModelEntry(model!));
    }

    public async Task CountTokens(HttpContext context, string provider, IDialect dialect)
    {
        using var body = await RequestBody.Read(context.Request, options.MaxBodyBytes);
        var reading = body.As(dialect);
        var model = reading.Request is { } asked ? ByWireName(provider, asked.Model) : null;
        var refusal = reading.Request is null ? reading.Refusal : model is null ? dialect.NoSuchModel(reading.Request.Model) : null;
        await Answer(context, dialect, provider, FaultsOf(model), refusal, () =>
            WireText.Json(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("input_tokens", reading.Request!.InputTokens);
                writer.WriteEndObject();
            }));
    }

    private async Task Answer(
        HttpContext context, IDialect dialect, string provider, FaultSet faults, Refusal? refusal, Func<byte[]> body)
    {
        var began = wire.Begin();
        var luck = chance.Draw($"{provider} gate", random => Luck.AtTheGate(faults, random));
        if (luck.Fate.Ending == Ending.ConnectionRefused)
        {
            Wire.Reset(context);
            return;
        }

        await wire.Until(context, began, Usual);
        var requestId = dialect.RequestId(luck);
        refusal = dialect.Admit(context.Request) ?? refusal ??
            (luck.Fate.Ending == Ending.Error ? dialect.Fault(luck.Fate.Status, faults) : null);
        dialect.Stamp(context.Response.Headers, requestId, world.Now, wire.Since(began), refusal?.Status == 429);
        await (refusal is null
            ? Wire.Json(context, StatusCodes.Status200OK, body())
            : Wire.Refuse(context, dialect, refusal, requestId));
    }

    private SimulatedModel? ByWireName(string provider, string name) => world.Of(provider).FirstOrDefault(m => m.WireName == name);

    private FaultSet FaultsOf(SimulatedModel? model) => model is null ? FaultSet.Healthy : AtTheGate(world.FaultsOf(model));

    private FaultSet Mildest(IReadOnlyList<SimulatedModel> models)
    {
        var faults = models.Select(m => AtTheGate(world.FaultsOf(m))).ToArray();
        return faults.MinBy(f => f.ErrorRate)! with { ConnectFailRate = faults.Min(f => f.ConnectFailRate) };
    }

    private static FaultSet AtTheGate(FaultSet faults) => new()
    {
        ConnectFailRate = faults.ConnectFailRate,
        ErrorRate = faults.ErrorStatus < StatusCodes.Status500InternalServerError ? faults.ErrorRate : 0,
        ErrorStatus = faults.ErrorStatus,
        ErrorCode = faults.ErrorCode,
        RetryAfter = faults.RetryAfter,
    };
}
