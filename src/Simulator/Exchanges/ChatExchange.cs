using StatusHub.Simulator.Answers;
using StatusHub.Simulator.Dialects;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Exchanges;

/// <summary>One request for an answer: read, draw its fate, play it out.</summary>
internal sealed class ChatExchange(LiveWorld world, Chance chance, SimulatorOptions options, Wire wire)
{
    /// <summary>Share of the time to first token after which the headers and the first, textless event are out.</summary>
    private const double HeadShare = 0.7;

    /// <summary>Share of the time to first token after which an error is out: failing is quicker than answering.</summary>
    private const double ErrorShare = 0.2;

    public async Task Run(HttpContext context, string provider, IDialect dialect)
    {
        var began = wire.Begin();
        using var body = await RequestBody.Read(context.Request, options.MaxBodyBytes);
        var reading = body.As(dialect);
        var model = reading.Request is { } asked ? world.Of(provider).FirstOrDefault(m => m.WireName == asked.Model) : null;
        var faults = model is null ? FaultSet.Healthy : world.FaultsOf(model);
        var luck = chance.Draw(model?.Id.Value ?? provider, random =>
            model is null ? Luck.AtTheGate(faults, random) : Luck.Draw(model, faults, options.HealthyErrorRate, world.Now, random));
        if (luck.Fate.Ending == Ending.ConnectionRefused)
        {
            Wire.Reset(context);
            return;
        }

        var requestId = dialect.RequestId(luck);
        var refusal = dialect.Admit(context.Request) ?? reading.Refusal ?? (model is null ? dialect.NoSuchModel(reading.Request!.Model) : null);
        if (refusal is null && luck.Fate.Ending == Ending.Error)
        {
            await wire.Until(context, began, luck.Pace.FirstToken * ErrorShare);
            refusal = dialect.Fault(luck.Fate.Status, luck.Fate.Status == faults.ErrorStatus ? faults : FaultSet.Healthy);
        }

        if (refusal is not null)
        {
            dialect.Stamp(context.Response.Headers, requestId, world.Now, wire.Since(began), refusal.Status == 429);
            await Wire.Refuse(context, dialect, refusal, requestId);
            return;
        }

        await Answer(context, dialect, new Turn(began, reading.Request!, model!, luck, requestId));
    }

    private Task Answer(HttpContext context, IDialect dialect, Turn turn)
    {
        var fate = turn.Luck.Fate;
        var answer = fate.Ending == Ending.Empty
            ? new Answer([], false)
            : Answers.Answer.To(turn.Request.Question, turn.Request.MaxTokens, fate.WrongContent ? turn.Luck.WrongBy : null);
        var named = fate.WrongModel ? Stranger(turn.Model) : turn.Model.WireName;
        var head = new AnswerHead(dialect.AnswerId(turn.Luck), named, world.Now, turn.Request);
        return turn.Request.Stream ? Stream(context, dialect, turn, head, answer) : Whole(context, dialect, turn, head, answer);
    }

    private async Task Stream(HttpContext context, IDialect dialect, Turn turn, AnswerHead head, Answer answer)
    {
        var (began, luck) = (turn.Began, turn.Luck);
        await wire.Until(context, began, luck.Pace.FirstToken * HeadShare);
        dialect.Stamp(context.Response.Headers, turn.RequestId, world.Now, wire.Since(began), false);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        var writer = context.Response.BodyWriter;
        var frames = dialect.Stream(head);
        frames.Open(writer);
        var breaksAfter = luck.Fate.Ending is Ending.Answered or Ending.Empty ? int.MaxValue : Math.Max(1, answer.Tokens.Count / 2);
        for (var i = 0; i < answer.Tokens.Count; i++)
        {
            if (i == breaksAfter)
            {
                break;
            }

            await wire.Until(context, began, luck.Pace.FirstToken + (luck.Pace.PerToken * i));
            frames.Token(writer, answer.Tokens[i]);
        }

        if (breaksAfter == int.MaxValue)
        {
            await wire.Until(context, began, luck.Pace.FirstToken + (luck.Pace.PerToken * Math.Max(0, answer.Tokens.Count - 1)));
            frames.Close(writer, answer);
            await writer.FlushAsync(context.RequestAborted);
            return;
        }

        await BreakOff(context, frames, luck.Fate.Ending);
    }

    private async Task BreakOff(HttpContext context, IFrames frames, Ending ending)
    {
        var writer = context.Response.BodyWriter;
        if (ending == Ending.InStreamError)
        {
            frames.Error(writer);
        }
        else if (ending == Ending.Malformed)
        {
            frames.Broken(writer);
        }

        await writer.FlushAsync(context.RequestAborted);
        if (ending == Ending.Stalled)
        {
            await wire.Stall(context);
        }
        else if (ending == Ending.Cut)
        {
            await wire.Cut(context);
        }
    }

    private async Task Whole(HttpContext context, IDialect dialect, Turn turn, AnswerHead head, Answer answer)
    {
        var pace = turn.Luck.Pace;
        await wire.Until(context, turn.Began, pace.FirstToken + (pace.PerToken * Math.Max(0, answer.Tokens.Count - 1)));
        dialect.Stamp(context.Response.Headers, turn.RequestId, world.Now, wire.Since(turn.Began), false);
        var body = dialect.Whole(head, answer);
        switch (turn.Luck.Fate.Ending)
        {
            case Ending.Stalled:
                await wire.Stall(context);
                break;
            case Ending.InStreamError: // nothing has been sent yet, so it can still be said by the status
                await Wire.Refuse(context, dialect, dialect.Interrupted, turn.RequestId);
                break;
            case Ending.Malformed:
                await Wire.Json(context, StatusCodes.Status200OK, body.AsMemory(0, body.Length / 2));
                break;
            case Ending.Cut:
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = body.Length;
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await wire.Cut(context);
                break;
            default:
                await Wire.Json(context, StatusCodes.Status200OK, body);
                break;
        }
    }

    // Another model of the house, as a routing mistake gives; where there is none, an older one.
    private string Stranger(SimulatedModel model) =>
        world.Of(model.Provider).FirstOrDefault(m => m != model)?.WireName ?? model.WireName + "-previous";

    private sealed record Turn(long Began, ChatRequest Request, SimulatedModel Model, Luck Luck, string RequestId);
}
