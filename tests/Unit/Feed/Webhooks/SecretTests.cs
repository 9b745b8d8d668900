using StatusHub.Feed.Webhooks;

namespace StatusHub.Unit.Feed.Webhooks;

public sealed class SecretTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 7, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(64)]
    public void A_secret_of_a_good_size_is_read_back_as_it_was_written(int bytes)
    {
        var text = "whsec_" + Convert.ToBase64String(Enumerable.Repeat((byte)0xa7, bytes).ToArray());

        Assert.True(WebhookSecret.TryParse(text, out var secret));
        Assert.Equal(text, secret.Reveal());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(23)]
    [InlineData(65)]
    public void A_secret_of_a_wrong_size_is_none(int bytes) =>
        Assert.False(WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[bytes]), out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjU PD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")]
    [InlineData("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")] // unpadded
    [InlineData("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWZ=")] // stray last bits
    [InlineData("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYm-_ZWY=")] // the alphabet of addresses
    public void What_is_not_exactly_the_written_form_is_no_secret(string? text) =>
        Assert.False(WebhookSecret.TryParse(text, out _));

    [Fact]
    public void A_generated_secret_is_of_the_written_form_and_new_each_time()
    {
        var one = WebhookSecret.Generate();

        Assert.True(WebhookSecret.TryParse(one.Reveal(), out _));
        Assert.NotEqual(one.Reveal(), WebhookSecret.Generate().Reveal());
    }

    [Fact]
    public void A_secret_does_not_show_itself()
    {
        var secret = WebhookSecret.Generate();
        var shown = $"{secret} {new DatedSecret(secret, null)} {SignatureSecrets.Of(secret)}";

        Assert.DoesNotContain(secret.Reveal()["whsec_".Length..], shown);
    }

    [Fact]
    public void A_replaced_secret_signs_for_another_day()
    {
        var (old, next) = (WebhookSecret.Generate(), WebhookSecret.Generate());

        var rotated = SignatureSecrets.Of(old).Rotate(next, Now)!;

        Assert.Equal([next, old], rotated.At(Now));
        Assert.Equal([next, old], rotated.At(Now.AddHours(24).AddTicks(-1)));
        Assert.Equal([next], rotated.At(Now.AddHours(24)));
    }

    [Fact]
    public void A_receiver_with_the_old_secret_and_one_with_the_new_both_check_a_delivery()
    {
        var (old, next) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var secrets = SignatureSecrets.Of(old).Rotate(next, Now)!.At(Now);

        var sent = Signature.Sign("id", Now, "{}"u8, secrets);

        Assert.Equal(SignatureVerdict.Valid, Signature.Verify(sent.Id, sent.Timestamp, sent.Signature, "{}"u8, [old], Now));
        Assert.Equal(SignatureVerdict.Valid, Signature.Verify(sent.Id, sent.Timestamp, sent.Signature, "{}"u8, [next], Now));
    }

    [Fact]
    public void A_second_change_does_not_lengthen_the_life_of_the_first_secret()
    {
        var (first, second, third) = (WebhookSecret.Generate(), WebhookSecret.Generate(), WebhookSecret.Generate());

        var rotated = SignatureSecrets.Of(first).Rotate(second, Now)!.Rotate(third, Now.AddHours(20))!;

        Assert.Equal([third, second, first], rotated.At(Now.AddHours(23)));
        Assert.Equal([third, second], rotated.At(Now.AddHours(25)));
        Assert.Equal([third], rotated.At(Now.AddHours(44)));
    }

    [Fact]
    public void Secrets_cannot_be_changed_without_end_within_a_day()
    {
        var secrets = SignatureSecrets.Of(WebhookSecret.Generate());
        for (var i = 0; i < SignatureSecrets.MaxReplaced; i++)
        {
            secrets = secrets.Rotate(WebhookSecret.Generate(), Now)!;
        }

        Assert.Null(secrets.Rotate(WebhookSecret.Generate(), Now.AddHours(23)));
        Assert.Equal(2, secrets.Rotate(WebhookSecret.Generate(), Now.AddHours(24))!.Newest.Count);
    }
}
