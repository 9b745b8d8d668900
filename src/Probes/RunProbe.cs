using System.Text.Json;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Time;
using StatusHub.Probes.Connecting;
using StatusHub.Probes.Content;
using StatusHub.Probes.Dialects;
using StatusHub.Probes.Running;
using StatusHub.Probes.Timing;

namespace StatusHub.Probes;

/// <summary>Probes one endpoint once. Safe to call from many flows at a time.</summary>
/// <param name="random">Draws the numbers of content checks; used under a lock.</param>
public sealed class RunProbe(ProbeConnections connections, ProbesOptions options, Clocks clocks, Random random)
{
    private const string LivenessQuestion = "Reply with the word OK.";

    private static readonly Finding NoText = new(FailureClass.EmptyResponse, "The answer held no text.");

    /// <summary>Asks the endpoint and says what came of it: every failure is an outcome, none an exception.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; there is no outcome then.</exception>
    public async Task<ProbeOutcome> ProbeAsync(ProbeTarget target, CancellationToken cancellationToken)
    {
        var startedAt = clocks.Now;
        var run = await AttemptAsync(target, cancellationToken);
        if (run.IsStaleConnection)
        {
            // The server had closed an idle connection just as we wrote on it: that says nothing about the model.
            run = await AttemptAsync(target, cancellationToken);
        }

        var now = clocks.Now;
        return new ProbeOutcome
        {
            Id = Guid.CreateVersion7(now),
            OrgId = target.OrgId,
            EndpointId = target.EndpointId,
            Model = target.Model,
            Region = target.Region,
            Rung = target.Rung,
            StartedAt = startedAt,
            At = now,
            Failure = run.Finding.Failure,
            Timings = run.Timings!,
            HttpStatus = run.HttpStatus,
            RequestId = ErrorDetail.Clean(run.RequestId, target.Credential),
            Detail = ErrorDetail.Clean(run.Finding.Words, target.Credential),
            InputTokens = run.Answer.InputTokens,
            OutputTokens = run.Answer.OutputTokens,
            AnsweredModel = ErrorDetail.Clean(run.Answer.Model, target.Credential),
            RetryAfter = run.RetryAfter,
            BaseGrid = target.BaseGrid,
        };
    }

    private async Task<Attempt> AttemptAsync(ProbeTarget target, CancellationToken cancellation)
    {
        var attempt = new Attempt();
        using var exchange = new Exchange(clocks.Real, options, cancellation);
        try
        {
            attempt.Finding = await AskAsync(target, attempt, exchange);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception e) when (exchange.Token.IsCancellationRequested && Finding.OfNetwork(e, exchange) is not null)
        {
            attempt.Finding = Spoken(attempt.Answer, exchange) ?? Finding.OfLimit(exchange, options);
        }
        catch (Exception e) when (Finding.OfNetwork(e, exchange) is { } finding)
        {
            attempt.Finding = finding;
        }

        exchange.End();
        attempt.Timings = exchange.Timings();
        attempt.IsStaleConnection = attempt.Finding.Failure == FailureClass.Reset && exchange.Reused;
        return attempt;

        // An error status whose body never ended: the status has said enough.
        Finding? Spoken(Answer answer, Exchange e) => e.GotHeaders && attempt.HttpStatus is >= 300 && answer.Error is null
            ? Refused(attempt, ReadOnlyMemory<byte>.Empty)
            : null;
    }

    private async Task<Finding> AskAsync(ProbeTarget target, Attempt attempt, Exchange exchange)
    {
        if (!BaseAddress.TryParse(target.Url, out var address))
        {
            return new Finding(FailureClass.BadRequest, "The endpoint's address is no http or https address.");
        }

        if (DialectNames.Find(target.Dialect) is not { } dialect)
        {
            return new Finding(FailureClass.BadRequest, $"The dialect {target.Dialect} is not spoken here.");
        }

        if (target.Credential is { } key && key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return new Finding(FailureClass.Auth, "The credential holds characters that no header can carry.");
        }

        if (target.Rung == ProbeRung.Connect)
        {
            await connections.TouchAsync(address, exchange);
            return Finding.Fine;
        }

        attempt.Dialect = dialect;
        attempt.Check = target.Rung == ProbeRung.ContentCheck ? DrawCheck() : null;
        using var request = target.Rung == ProbeRung.ModelsList
            ? dialect.ListModels(target, address)
            : dialect.Ask(target, address, attempt.Check?.Question ?? LivenessQuestion);
        Exchange.Current = exchange;
        using var response = await connections.SendAsync(request, exchange);
        exchange.Headers();
        attempt.HttpStatus = (int)response.StatusCode;
        attempt.RequestId = RetryAfter.First(response.Headers, "request-id") ?? RetryAfter.First(response.Headers, "x-request-id");
        await using var body = await response.Content.ReadAsStreamAsync(exchange.Token);
        if (attempt.HttpStatus != 200 || target.Rung == ProbeRung.ModelsList)
        {
            exchange.Progress(); // what follows is one piece, with the time of one gap
        }

        if (attempt.HttpStatus != 200)
        {
            attempt.RetryAfter = RetryAfter.Of(response.Headers, clocks.Real.GetUtcNow());
            return await ReadRefusalAsync(attempt, body, exchange);
        }

        return target.Rung == ProbeRung.ModelsList
            ? await ReadListAsync(body, exchange)
            : await ReadAnswerAsync(target, address, attempt, response, body, exchange);
    }

    private async Task<Finding> ReadAnswerAsync(ProbeTarget target, Uri address, Attempt attempt, HttpResponseMessage response, Stream body, Exchange exchange)
    {
        var (dialect, answer) = (attempt.Dialect!, attempt.Answer);
        if (response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json" or "text/html")
        {
            return await ReadUnstreamedAsync(attempt, body, exchange);
        }

        Finding end;
        try
        {
            end = await BodyReading.FollowAsync(body, dialect, answer, exchange, options);
        }
        catch (Exception e) when (dialect.IsWhole(answer) && Finding.OfNetwork(e, exchange) is not null)
        {
            end = Finding.Fine; // everything a user reads had come; only the closing words are missing
        }

        return end.Failure == FailureClass.None ? Judge(target, address, attempt) : end;
    }

    /// <summary>A whole answer is still judged: by why it stopped, by who gave it and by what it says.</summary>
    private static Finding Judge(ProbeTarget target, Uri address, Attempt attempt)
    {
        var answer = attempt.Answer;
        if (answer.Stop is StopReason.Refusal or StopReason.Filtered)
        {
            return new Finding(answer.Stop == StopReason.Refusal ? FailureClass.Refusal : FailureClass.ContentFiltered, answer.Text);
        }

        if (answer.Stop == StopReason.Error)
        {
            return new Finding(FailureClass.InStreamError, "The answer stopped with an error.");
        }

        if (answer.Model is { } model && attempt.Dialect!.NamesTheModel(address) && !AnsweredModel.IsSame(target.WireModel, model))
        {
            return new Finding(FailureClass.WrongModel, $"Asked {target.WireModel}, answered by {model}.");
        }

        var text = answer.Text;
        var ranOut = answer.Stop == StopReason.TokenLimit;
        if (string.IsNullOrWhiteSpace(text))
        {
            return ranOut ? new Finding(FailureClass.TokenBudgetExhausted, "The token budget ran out before the first text.") : NoText;
        }

        return attempt.Check?.Judge(text) switch
        {
            null or ContentVerdict.Right => Finding.Fine,
            ContentVerdict.Unfinished when ranOut => new Finding(FailureClass.TokenBudgetExhausted, "The token budget ran out before the answer: " + text),
            _ => new Finding(FailureClass.WrongContent, $"Asked to \"{attempt.Check!.Question}\", answered: {text}"),
        };
    }

    private async Task<Finding> ReadRefusalAsync(Attempt attempt, Stream body, Exchange exchange)
    {
        var (words, _) = await BodyReading.ReadAsync(body, options.MaxErrorBytes, exchange);
        return Refused(attempt, words);
    }

    private static Finding Refused(Attempt attempt, ReadOnlyMemory<byte> body)
    {
        var status = attempt.HttpStatus!.Value;
        if (status < 300)
        {
            return new Finding(FailureClass.EmptyResponse, $"HTTP {status} carries no answer.");
        }

        if (status < 400)
        {
            return new Finding(FailureClass.BadRequest, $"HTTP {status}: the address points elsewhere, and redirects are not followed.");
        }

        var error = ProviderError.Parse(body);
        return new Finding(attempt.Dialect!.Classify(status, error), error.ToString() is { Length: > 0 } words ? words : $"HTTP {status}");
    }

    /// <summary>An answer in one piece where a stream was asked for: an error under HTTP 200, or something that is no model at all.</summary>
    private async Task<Finding> ReadUnstreamedAsync(Attempt attempt, Stream body, Exchange exchange)
    {
        var (words, _) = await BodyReading.ReadAsync(body, options.MaxErrorBytes, exchange);
        if (words.IsEmpty)
        {
            return NoText;
        }

        var error = ProviderError.Parse(words);
        if (!error.IsStructured)
        {
            return new Finding(FailureClass.MalformedStream, "No event stream, but: " + error.Message);
        }

        attempt.Answer.Error = error;
        return BodyReading.InStream(attempt.Dialect!, attempt.Answer);
    }

    /// <summary>
    /// Proves that the key is good and the catalogue answers. A model that is not listed proves nothing: lists leave out aliases, deployments
    /// and later pages.
    /// </summary>
    private async Task<Finding> ReadListAsync(Stream body, Exchange exchange)
    {
        var (list, isWhole) = await BodyReading.ReadAsync(body, options.MaxListBytes, exchange);
        if (!isWhole)
        {
            return new Finding(FailureClass.ResponseTooLarge, $"The list passed {options.MaxListBytes} bytes.");
        }

        try
        {
            using var document = JsonDocument.Parse(list);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                ? Finding.Fine
                : new Finding(FailureClass.MalformedStream, "The list is no list.");
        }
        catch (JsonException)
        {
            return list.IsEmpty ? NoText : new Finding(FailureClass.MalformedStream, "The list is not JSON.");
        }
    }

    private ContentCheck DrawCheck()
    {
        lock (random)
        {
            return ContentCheck.Draw(random);
        }
    }

    /// <summary>What one attempt has gathered.</summary>
    private sealed class Attempt
    {
        public Answer Answer { get; } = new();

        public IDialect? Dialect { get; set; }

        public ContentCheck? Check { get; set; }

        public Finding Finding { get; set; }

        public ProbeTimings? Timings { get; set; }

        public int? HttpStatus { get; set; }

        public string? RequestId { get; set; }

        public TimeSpan? RetryAfter { get; set; }

        public bool IsStaleConnection { get; set; }
    }
}
