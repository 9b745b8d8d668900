using System.ComponentModel.DataAnnotations;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Probes;
using StatusHub.Probes.Dialects;
using StatusHub.Unit.Probes.Support;

namespace StatusHub.Unit.Probes;

/// <summary>Every limit of an exchange, on a clock the test moves once the probe has reached the place.</summary>
public sealed class LimitTests
{
    private const string Claude = DialectNames.AnthropicMessages;
    private const string Chat = DialectNames.OpenAiChat;

    [Fact]
    public async Task A_name_look_up_that_hangs_ends_at_the_connect_limit()
    {
        var asked = new TaskCompletionSource();
        using var bench = new Bench(resolve: async (_, stop) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return [];
        });
        var probe = bench.ProbeAsync("http://slow.example");
        await asked.Task;
        bench.Clock.Advance(bench.Options.Connect);

        Assert.Equal(FailureClass.Dns, (await probe).Failure);
    }

    [Theory]
    [InlineData(ProbeRung.Connect)]
    [InlineData(ProbeRung.Stream)]
    public async Task A_handshake_that_hangs_ends_at_the_connect_limit(ProbeRung rung)
    {
        var hello = new TaskCompletionSource();
        await using var server = new ScriptedServer(async w =>
        {
            _ = await w.Stream.ReadAsync(new byte[1]);
            hello.TrySetResult();
            await w.HoldAsync();
        });
        using var bench = new Bench();
        var probe = bench.ProbeAsync($"https://127.0.0.1:{server.Port}", rung: rung);
        await hello.Task;
        bench.Clock.Advance(bench.Options.Connect);

        Assert.Equal(FailureClass.Tls, (await probe).Failure);
    }

    [Fact]
    public async Task A_server_that_never_answers_ends_at_the_first_token_limit()
    {
        var asked = new TaskCompletionSource();
        await using var server = new ScriptedServer(async w =>
        {
            await w.RequestAsync();
            asked.SetResult();
            await w.HoldAsync();
        });
        using var bench = new Bench();
        var probe = bench.ProbeAsync(server.Url);
        await asked.Task;
        bench.Clock.Advance(bench.Options.FirstToken);

        var outcome = await probe;
        Assert.Equal(FailureClass.FirstTokenTimeout, outcome.Failure);
        Assert.Null(outcome.HttpStatus);
        Assert.Equal(30_000, outcome.Timings.TotalMs);
    }

    [Fact]
    public async Task Pings_do_not_put_off_the_first_token_limit()
    {
        var part = new TaskCompletionSource();
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync(Answers.StreamHead + Answers.Chunk(Answers.ClaudeStart()));
            await part.Task;
            await w.SendAsync(Answers.Chunk(Answers.ClaudeStart()));
            await w.HoldAsync();
        });
        using var bench = new Bench();
        var probe = bench.ProbeAsync(server.Url);
        await bench.Clock.Armed(bench.Options.FirstToken);
        bench.Clock.Advance(bench.Options.FirstToken / 2);
        part.SetResult();
        bench.Clock.Advance(bench.Options.FirstToken / 2);

        Assert.Equal(FailureClass.FirstTokenTimeout, (await probe).Failure);
    }

    [Theory]
    [InlineData(Claude)]
    [InlineData(Chat)]
    public async Task A_stream_that_falls_silent_is_a_stall(string dialect)
    {
        var body = dialect == Claude ? Answers.ClaudeStart() + Answers.ClaudeText("O") : Answers.ChatStart() + Answers.ChatText("O");
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync(Answers.StreamHead + Answers.Chunk(body));
            await w.HoldAsync();
        });
        using var bench = new Bench();
        var probe = bench.ProbeAsync(server.Url, dialect);
        await bench.Clock.Armed(bench.Options.Gap);
        bench.Clock.Advance(bench.Options.Gap);

        var outcome = await probe;
        Assert.Equal((FailureClass.StreamStall, 1, 200), (outcome.Failure, outcome.Timings.Chunks, outcome.HttpStatus));
    }

    [Fact]
    public async Task A_chat_answer_that_hangs_after_its_finish_reason_is_whole()
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync(Answers.StreamHead + Answers.Chunk(Answers.ChatText("OK") + Answers.ChatStop()));
            await w.HoldAsync();
        });
        using var bench = new Bench();
        var probe = bench.ProbeAsync(server.Url, Chat);
        await bench.Clock.Armed(bench.Options.Gap);
        bench.Clock.Advance(bench.Options.Gap);

        Assert.Equal(FailureClass.None, (await probe).Failure);
    }

    [Fact]
    public async Task A_server_that_drips_cannot_outlast_the_total()
    {
        var drips = new SemaphoreSlim(0);
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync(Answers.StreamHead + Answers.Chunk(Answers.ClaudeStart() + Answers.ClaudeText("a")));
            for (var i = 0; i < 2; i++)
            {
                await drips.WaitAsync(TestContext.Current.CancellationToken);
                await w.SendAsync(Answers.Chunk(Answers.ClaudeText("b")));
            }

            await w.HoldAsync();
        });
        using var bench = new Bench(new ProbesOptions { TotalSeconds = 40, GapSeconds = 15 });
        var probe = bench.ProbeAsync(server.Url);
        await bench.Clock.Armed(TimeSpan.FromSeconds(15));
        bench.Clock.Advance(TimeSpan.FromSeconds(14));
        drips.Release();
        await bench.Clock.Armed(TimeSpan.FromSeconds(15), times: 2);
        bench.Clock.Advance(TimeSpan.FromSeconds(14));
        drips.Release();
        await bench.Clock.Armed(TimeSpan.FromSeconds(12)); // what is left of the total is shorter than a gap
        bench.Clock.Advance(TimeSpan.FromSeconds(12));

        var outcome = await probe;
        Assert.Equal((FailureClass.StreamStall, 3, 14_000d, 40_000d), (outcome.Failure, outcome.Timings.Chunks, outcome.Timings.MaxGapMs, outcome.Timings.TotalMs));
        Assert.Contains("not finished", outcome.Detail);
    }

    [Fact]
    public async Task An_error_whose_body_never_ends_is_told_by_its_status()
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync("HTTP/1.1 529 Overloaded\r\nContent-Length: 100\r\n\r\n");
            await w.HoldAsync();
        });
        using var bench = new Bench();
        var probe = bench.ProbeAsync(server.Url);
        await bench.Clock.Armed(bench.Options.Gap);
        bench.Clock.Advance(bench.Options.Gap);

        var outcome = await probe;
        Assert.Equal((FailureClass.Overloaded, 529), (outcome.Failure, outcome.HttpStatus));
    }

    [Theory]
    [InlineData(ProbeRung.Stream)]
    [InlineData(ProbeRung.ModelsList)]
    public async Task A_body_of_ten_gigabytes_is_cut_at_the_limit(ProbeRung rung)
    {
        var piece = Answers.Data("{}") + ": " + new string('x', 60_000) + "\n\n";
        var sent = 0L;
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {10L << 30}\r\n\r\n");
            for (; sent < 10L << 30; sent += piece.Length)
            {
                await w.SendAsync(piece);
            }
        });
        using var bench = new Bench();

        var outcome = await bench.ProbeAsync(server.Url, Chat, rung);

        Assert.Equal(FailureClass.ResponseTooLarge, outcome.Failure);
        Assert.InRange(outcome.Timings.Bytes, 1, 9 << 20);
    }

    [Fact]
    public async Task One_event_over_its_limit_is_malformed()
    {
        var outcome = await Bench.AskAsync(Chat, Answers.Stream("data: " + new string('x', 300_000)));

        Assert.Equal(FailureClass.MalformedStream, outcome.Failure);
    }

    [Fact]
    public async Task An_error_body_is_read_no_further_than_its_limit()
    {
        await using var server = new ScriptedServer(async w =>
        {
            await w.AnswerAsync($"HTTP/1.1 500 No\r\nContent-Length: {1 << 30}\r\n\r\n");
            await w.SendAsync(new string('e', 1 << 20));
            await w.HoldAsync();
        });
        using var bench = new Bench();

        Assert.Equal(FailureClass.ServerError, (await bench.ProbeAsync(server.Url)).Failure);
    }

    [Theory]
    [InlineData(0, 60, false)]
    [InlineData(10, 5, false)]
    [InlineData(10, 60, true)]
    public void Limits_that_make_no_sense_are_refused(double connect, double total, bool valid)
    {
        var options = new ProbesOptions { ConnectSeconds = connect, TotalSeconds = total };

        Assert.Equal(valid, Validator.TryValidateObject(options, new ValidationContext(options), [], validateAllProperties: true));
    }
}
