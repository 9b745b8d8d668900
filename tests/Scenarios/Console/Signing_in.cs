using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StatusHub.Domain.Tenancy;
using StatusHub.Support;
using StatusHub.Web.Access;

namespace StatusHub.Tests.Scenarios.Console;

public sealed class Signing_in
{
    private const string Good = "violet otter crosses rivers";

    [Fact]
    public async Task The_setup_link_makes_one_owner_and_then_is_gone()
    {
        await using var app = await ConsoleApp.StartAsync();
        var link = await app.Services.GetRequiredService<SetupLink>().EnsureAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("/console/setup/", link);
        using var first = new Browserless(app.Address);
        using var second = new Browserless(app.Address);

        Assert.Equal(HttpStatusCode.NotFound, (await first.OpenAsync("/console/setup/another")).StatusCode);
        var weak = await first.SubmitAsync(link!, "setup", ("Input.Email", "ada@example.org"), ("Input.Password", "password1234"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.StatusCode);
        var made = await first.SubmitAsync(link!, "setup", ("Input.Email", "ada@example.org"), ("Input.Password", Good));
        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.OpenAsync("/console/endpoints")).StatusCode);

        Assert.Equal(HttpStatusCode.Gone, (await second.OpenAsync(link!)).StatusCode);
        Assert.Null(await app.Services.GetRequiredService<SetupLink>().EnsureAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_people_on_one_setup_link_make_one_account()
    {
        await using var app = await ConsoleApp.StartAsync();
        var setup = app.Services.GetRequiredService<SetupLink>();
        var token = (await setup.EnsureAsync(TestContext.Current.CancellationToken))!.Split('/')[^1];

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => setup.UseAsync(token, $"p{i}@example.org", Good, TestContext.Current.CancellationToken)));

        Assert.Single(answers, a => a is SetupAnswer.Made);
        Assert.Equal(3, answers.Count(a => a is SetupAnswer.Gone));
    }

    [Fact]
    public async Task A_stranger_is_sent_to_the_sign_in_and_back_into_the_console_only()
    {
        await using var app = await ConsoleApp.StartAsync();
        await app.AddMemberAsync("ada@example.org", Good, Role.Viewer);
        using var visitor = new Browserless(app.Address);

        var sent = await visitor.OpenAsync("/console/endpoints");
        Assert.Equal("/console/login?returnUrl=%2Fconsole%2Fendpoints", sent.Headers.Location?.PathAndQuery);
        var back = await visitor.SubmitAsync("/console/login?returnUrl=//evil.example/console", "login", ("Input.Email", "ada@example.org"), ("Input.Password", Good));
        Assert.Equal(HttpStatusCode.Found, back.StatusCode);
        Assert.EndsWith("/console", back.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var app = await ConsoleApp.StartAsync();
        using var client = new HttpClient { BaseAddress = app.Address };
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "login"), KeyValuePair.Create("Input.Email", "a@b.c"), KeyValuePair.Create("Input.Password", Good)]);

        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/console/login", form)).StatusCode);
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_is_refused_too()
    {
        await using var app = await ConsoleApp.StartAsync();
        await app.AddMemberAsync("ada@example.org", Good, Role.Viewer);
        using var visitor = new Browserless(app.Address);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SignInAsync("ada@example.org", "a wrong password")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SignInAsync("ada@example.org", Good)).StatusCode);
    }

    [Fact]
    public async Task One_address_that_tries_too_often_is_told_to_wait()
    {
        await using var app = await ConsoleApp.StartAsync(("SignIn:AttemptsPerMinute", "2"));
        using var visitor = new Browserless(app.Address);
        await visitor.SignInAsync("nobody@example.org", "a wrong password");
        await visitor.SignInAsync("nobody@example.org", "a wrong password");

        var third = await visitor.SignInAsync("nobody@example.org", "a wrong password");

        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal(60, third.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task The_console_forbids_framing_and_foreign_scripts_and_its_cookie_is_closed_to_scripts()
    {
        await using var app = await ConsoleApp.StartAsync();
        await app.AddMemberAsync("ada@example.org", Good, Role.Viewer);
        using var visitor = new Browserless(app.Address);

        var answer = await visitor.SignInAsync("ada@example.org", Good);

        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("statushub-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=lax", cookie);
    }

    [Theory]
    [InlineData("short", false)]
    [InlineData("elevenchars", false)]
    [InlineData("twelve chars", true)]
    [InlineData("violet otter crosses rivers", true)]
    [InlineData("              ", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("abcabcabcabcabc", false)]
    [InlineData("1234567890123", false)]
    [InlineData("abcdefghijklmn", false)]
    [InlineData("Password2026!!", false)]
    [InlineData("QwertyUiop123456", false)]
    [InlineData("ada.lovelace-2026", false)]
    [InlineData("日本語のパスワードは長い文です", true)]
    public void Passwords_are_judged_by_length_and_by_what_is_tried_first(string password, bool good) =>
        Assert.Equal(good, PasswordRules.Fault(password, "ada.lovelace@example.org") is null);

    [Fact]
    public void Long_passwords_are_welcome_up_to_a_bound()
    {
        var words = string.Concat(Enumerable.Range(0, 60).Select(i => $"w{i * 7919}"));

        Assert.Null(PasswordRules.Fault(words[..PasswordRules.MaxLength], "ada@example.org"));
        Assert.NotNull(PasswordRules.Fault(words[..(PasswordRules.MaxLength + 1)], "ada@example.org"));
    }
}
