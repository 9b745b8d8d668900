using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Contracts.Api;

[Collection(ApiCollection.Name)]
public sealed class KeysTests(ApiApp app)
{
    private const string Path = "/api/v1/endpoints";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWxpY2U6c2VjcmV0")]
    [InlineData("Bearer short")]
    [InlineData("Bearer shk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer shk_' OR 1=1 --aaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Without_a_live_key_the_answer_says_how_to_ask(string? authorization)
    {
        using var client = app.Anyone();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("/problems/unauthorized", await Problems.TypeOfAsync(answer));
    }

    [Fact]
    public async Task A_key_without_the_scope_is_told_which_one_it_lacks()
    {
        using var client = await app.AsAsync(app.Alice, Scopes.Read, Scopes.Publish);
        using var answer = await client.GetAsync(Path);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("endpoints", (string)(await Problems.ReadAsync(answer))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_read_of_a_key_before_its_revocation_is_not_remembered_after_it()
    {
        var keys = ActivatorUtilities.CreateInstance<ApiKeys>(app.Services, Options.Create(new ApiKeyOptions { CacheSeconds = 60 }));
        var (key, text) = await keys.IssueAsync(app.Alice, "revoked while it is read", Scopes.All, [], CancellationToken.None);

        Task<KeyHolder?> reading;
        await using (var held = await app.HoldAsync("organisations")) // what is read after the key itself
        {
            reading = keys.FindAsync(text, CancellationToken.None).AsTask();
            await held.SomebodyWaitsAsync();
            Assert.True(await keys.RevokeAsync(app.Alice, key.Id, CancellationToken.None));
        }

        Assert.NotNull(await reading);
        Assert.Null(await keys.FindAsync(text, CancellationToken.None));
    }

    [Fact]
    public async Task A_revoked_key_is_no_key()
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        var (key, text) = await keys.IssueAsync(app.Alice, "short-lived", Scopes.All, [], CancellationToken.None);
        using var client = app.With(text);
        using var before = await client.GetAsync(Path);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.False(await keys.RevokeAsync(app.Bob, key.Id, CancellationToken.None));
        Assert.True(await keys.RevokeAsync(app.Alice, key.Id, CancellationToken.None));
        using var after = await client.GetAsync(Path);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Only_the_hash_of_a_key_is_kept()
    {
        var (key, text) = await app.Services.GetRequiredService<ApiKeys>().IssueAsync(app.Alice, "kept", [Scopes.Read], [], CancellationToken.None);
        Assert.StartsWith("shk_", text, StringComparison.Ordinal);
        Assert.Equal(4 + 43, text.Length);
        await using var db = app.Services.GetRequiredService<SystemDb>().Open();
        var stored = await db.ApiKeys.SingleAsync(k => k.Id == key.Id);
        Assert.Equal(32, stored.Hash.Length);
        Assert.True(stored.Prefix.Length < text.Length / 2);
    }

    [Fact]
    public async Task The_operator_gets_one_key_once()
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        await using (var db = app.Services.GetRequiredService<SystemDb>().Open())
        {
            await db.ApiKeys.Where(k => db.Organisations.Any(o => o.Id == k.OrgId && o.Slug == Organisation.OperatorSlug)).ExecuteDeleteAsync();
        }

        var brought = "operator-key-of-a-test-" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var first = await keys.InstallOperatorKeyAsync(null);
        Assert.NotNull(first);
        Assert.Null(await keys.InstallOperatorKeyAsync(null));
        Assert.Null(await keys.InstallOperatorKeyAsync(brought));
        foreach (var text in new[] { first, brought })
        {
            using var client = app.With(text);
            using var answer = await client.GetAsync(Path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => keys.InstallOperatorKeyAsync("not a key at all!"));
        Assert.DoesNotContain("not a key", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_write_with_the_same_idempotency_key_happens_once()
    {
        using var alice = await app.AsAsync(app.Alice);
        using var first = await PostAsync(alice, "order-1", EndpointsTests.Body("anthropic/once"));
        using var second = await PostAsync(alice, "order-1", EndpointsTests.Body("anthropic/once"));
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.True(second.Headers.Contains("Idempotency-Replayed"));
        var made = JsonNode.Parse(await alice.GetStringAsync(Path))!["endpoints"]!.AsArray().Count(e => (string)e!["model"]! == "anthropic/once");
        Assert.Equal(1, made);

        using var other = await PostAsync(alice, "order-1", EndpointsTests.Body("anthropic/twice"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal("/problems/idempotency-key-reused", await Problems.TypeOfAsync(other));

        using var bob = await app.AsAsync(app.Bob);
        using var bobs = await PostAsync(bob, "order-1", EndpointsTests.Body("anthropic/twice"));
        Assert.Equal(HttpStatusCode.Created, bobs.StatusCode);
        Assert.False(bobs.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Twenty_tries_at_once_make_one_endpoint()
    {
        using var alice = await app.AsAsync(app.Alice);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(alice, "race", EndpointsTests.Body("anthropic/raced"))));
        Assert.All(answers, a => Assert.Contains(a.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        var made = JsonNode.Parse(await alice.GetStringAsync(Path))!["endpoints"]!.AsArray().Count(e => (string)e!["model"]! == "anthropic/raced");
        Assert.Equal(1, made);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string key, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Problems.Json(body) };
        request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }
}
