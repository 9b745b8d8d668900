using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Probes.Dialects;
using StatusHub.Unit.Probes.Support;

namespace StatusHub.Unit.Probes;

/// <summary>What an HTTP 200 is worth: one test a failure class and dialect.</summary>
public sealed class AnsweredProbeTests
{
    private const string Claude = DialectNames.AnthropicMessages;
    private const string Chat = DialectNames.OpenAiChat;

    [Fact]
    public async Task A_whole_Claude_answer_is_a_success_with_its_usage_and_ids()
    {
        var outcome = await Bench.AskAsync(Claude, Answers.Stream(Answers.Claude("OK")));

        Assert.Equal(FailureClass.None, outcome.Failure);
        Assert.Null(outcome.Detail);
        Assert.Equal((21, 7), (outcome.InputTokens, outcome.OutputTokens));
        Assert.Equal(("req_1", "claude-opus-4-8", 200), (outcome.RequestId, outcome.AnsweredModel, outcome.HttpStatus));
        Assert.True(outcome.Timings.EndMarkerSeen);
        Assert.Equal(1, outcome.Timings.Chunks);
        Assert.NotNull(outcome.Timings.DnsMs);
        Assert.NotNull(outcome.Timings.ConnectMs);
        Assert.Null(outcome.Timings.TlsMs);
        Assert.NotNull(outcome.Timings.FirstTokenMs);
        Assert.False(outcome.Timings.ConnectionReused);
    }

    [Fact]
    public async Task A_whole_chat_answer_is_a_success_with_its_usage()
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Stream(Answers.Chat("OK")));

        Assert.Equal(FailureClass.None, outcome.Failure);
        Assert.Equal((19, 7), (outcome.InputTokens, outcome.OutputTokens));
        Assert.True(outcome.Timings.EndMarkerSeen);
    }

    [Fact]
    public async Task A_chat_answer_without_DONE_is_whole_once_it_gave_a_finish_reason()
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Stream(Answers.ChatStart() + Answers.ChatText("OK") + Answers.ChatStop()));

        Assert.Equal(FailureClass.None, outcome.Failure);
        Assert.False(outcome.Timings.EndMarkerSeen);
    }

    [Fact]
    public async Task A_chat_answer_cut_below_HTTP_after_its_finish_reason_is_whole()
    {
        var outcome = await Bench.AskAsync(Chat, Answers.StreamHead + Answers.Chunk(Answers.ChatText("OK") + Answers.ChatStop()));

        Assert.Equal(FailureClass.None, outcome.Failure);
    }

    [Fact]
    public async Task Comments_and_pings_are_no_tokens()
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Stream(": OPENROUTER PROCESSING\n\n" + Answers.ChatStart() + ": x\n\n" + Answers.Chat("OK")));

        Assert.Equal((FailureClass.None, 1), (outcome.Failure, outcome.Timings.Chunks));
    }

    public static TheoryData<string, string, FailureClass> Bad => new()
    {
        { Claude, Answers.ClaudeStart() + Answers.ClaudeText("O"), FailureClass.StreamCut },
        { Claude, Answers.ClaudeStart() + Answers.ClaudeText("OK") + Answers.ClaudeStop(), FailureClass.StreamCut },
        { Claude, ": keep-alive\n\n", FailureClass.StreamCut },
        { Chat, Answers.ChatStart() + Answers.ChatText("O"), FailureClass.StreamCut },
        { Claude, "", FailureClass.EmptyResponse },
        { Chat, "", FailureClass.EmptyResponse },
        { Claude, Answers.Claude(""), FailureClass.EmptyResponse },
        { Chat, Answers.Chat(""), FailureClass.EmptyResponse },
        { Claude, Answers.Claude("   "), FailureClass.EmptyResponse },
        { Claude, Answers.Claude("", "max_tokens"), FailureClass.TokenBudgetExhausted },
        { Chat, Answers.Chat("", "length"), FailureClass.TokenBudgetExhausted },
        { Claude, Answers.ClaudeStart() + "data: {\"type\":\n\n", FailureClass.MalformedStream },
        { Claude, Answers.ClaudeStart() + "data: [1]\n\n", FailureClass.MalformedStream },
        { Claude, Answers.ClaudeStart() + "data: {\"type\":\"ping\"} x\n\n", FailureClass.MalformedStream },
        { Chat, Answers.ChatStart() + "data: {oops}\n\n", FailureClass.MalformedStream },
        { Chat, Answers.ChatStart() + "data: [DONE\n\n", FailureClass.MalformedStream },
        { Chat, "upstream connect error\n", FailureClass.MalformedStream },
        { Claude, Answers.ClaudeStart() + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", FailureClass.InStreamError },
        { Claude, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slower\"}}\n\n", FailureClass.RateLimited },
        { Chat, Answers.ChatStart() + Answers.Data("""{"error":{"message":"The server had an error","type":"server_error"}}"""), FailureClass.InStreamError },
        { Chat, Answers.ChatText("O") + Answers.Data("""{"id":"g","error":{"code":502,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"""), FailureClass.InStreamError },
        { Chat, Answers.Data("""{"error":{"code":429,"message":"slower"}}"""), FailureClass.RateLimited },
        { Chat, Answers.Data("""{"error":{"message":"no money","type":"insufficient_quota","code":"insufficient_quota"}}"""), FailureClass.QuotaExhausted },
        { Chat, Answers.ChatText("O") + Answers.ChatStop("error"), FailureClass.InStreamError },
        { Claude, Answers.Claude("OK", model: "claude-haiku-4-5"), FailureClass.WrongModel },
        { Chat, Answers.Chat("OK", model: "gpt-5-2-mini"), FailureClass.WrongModel },
        { Claude, Answers.Claude("I cannot.", "refusal"), FailureClass.Refusal },
        { Chat, Answers.Chat("", "content_filter"), FailureClass.ContentFiltered },
        { Chat, Answers.Data("""{"model":"gpt-5-2","choices":[{"index":0,"delta":{"refusal":"No."},"finish_reason":null}]}""") + Answers.Chat(""), FailureClass.Refusal },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_answer_under_HTTP_200_is_no_success(string dialect, string body, FailureClass expected)
    {
        var outcome = await Bench.AskAsync(dialect, Answers.Stream(body));

        Assert.Equal((expected, 200), (outcome.Failure, outcome.HttpStatus));
    }

    [Theory]
    [InlineData("<html>Welcome to the hotel</html>", "text/html", FailureClass.MalformedStream)]
    [InlineData("{\"error\":{\"type\":\"api_error\",\"message\":\"Internal\"}}", "application/json", FailureClass.InStreamError)]
    [InlineData("{\"id\":\"msg_1\"}", "application/json", FailureClass.MalformedStream)]
    [InlineData("", "application/json", FailureClass.EmptyResponse)]
    public async Task An_answer_in_one_piece_is_not_the_stream_asked_for(string body, string type, FailureClass expected)
    {
        var outcome = await Bench.AskAsync(Claude, Answers.Ok(body, type));

        Assert.Equal(expected, outcome.Failure);
    }

    [Theory]
    [InlineData(Claude)]
    [InlineData(Chat)]
    public async Task The_right_digits_pass_the_content_check_and_others_do_not(string dialect)
    {
        await using var server = new ScriptedServer(async w =>
        {
            for (var i = 0; i < 2; i++)
            {
                var number = NumberIn(await w.RequestAsync());
                var text = i == 0 ? $"The number is **{number:N0}**." : $"{number + 1}";
                await w.SendAsync(Answers.Stream(dialect == Claude ? Answers.Claude(text) : Answers.Chat(text)));
            }
        });
        using var bench = new Bench();

        var right = await bench.ProbeAsync(server.Url, dialect, ProbeRung.ContentCheck);
        var wrong = await bench.ProbeAsync(server.Url, dialect, ProbeRung.ContentCheck);

        Assert.Equal(FailureClass.None, right.Failure);
        Assert.Equal(FailureClass.WrongContent, wrong.Failure);
        Assert.True(wrong.Timings.ConnectionReused);
        Assert.Null(wrong.Timings.ConnectMs);
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData(Claude, "max_tokens")]
    [InlineData(Chat, "length")]
    public async Task A_check_cut_by_the_token_budget_is_the_probes_fault(string dialect, string reason)
    {
        var text = "Sure! The number you asked for is";
        var body = dialect == Claude ? Answers.Claude(text, reason) : Answers.Chat(text, reason);

        var outcome = await Bench.AskAsync(dialect, Answers.Stream(body), ProbeRung.ContentCheck);

        Assert.Equal(FailureClass.TokenBudgetExhausted, outcome.Failure);
    }

    [Theory]
    [InlineData(Claude, "/v1/models")]
    [InlineData(Chat, "/v1/models")]
    public async Task The_models_list_needs_a_key_and_JSON(string dialect, string path)
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync(Answers.Ok("""{"data":[{"id":"x"}]}"""));
            await w.AnswerAsync(Answers.Ok("<html>", "text/html"));
            await w.AnswerAsync(Answers.Error(401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"""));
        });
        using var bench = new Bench();

        var outcomes = new List<FailureClass>();
        for (var i = 0; i < 3; i++)
        {
            outcomes.Add((await bench.ProbeAsync(server.Url, dialect, ProbeRung.ModelsList)).Failure);
        }

        Assert.Equal([FailureClass.None, FailureClass.MalformedStream, FailureClass.Auth], outcomes);
        Assert.StartsWith($"GET {path} ", server.Requests.First());
        Assert.Contains(Bench.Secret, server.Requests.First());
    }

    /// <summary>Finds the number by trying: the words are our own, checked on their own elsewhere.</summary>
    private static int NumberIn(string request) =>
        Enumerable.Range(10_000, 990_000).First(n => request.Contains($": {StatusHub.Probes.Content.EnglishNumber.InWords(n)}\"", StringComparison.Ordinal));
}
