using System.Text;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Unit.Feed.Webhooks;

/// <summary>Vectors of RFC 8032, section 7.1, and of the asymmetric version of Standard Webhooks.</summary>
public sealed class Ed25519Tests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";
    private const string Whsk = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==";
    private const string Whpk = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private const string Good = "v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==";

    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void The_vectors_of_the_standard_are_met(string seed, string publicKey, string message, string signature)
    {
        Assert.Equal(publicKey, Hex(Ed25519.PublicKeyOf(Bytes(seed))));
        Assert.Equal(signature, Hex(Ed25519.Sign(Bytes(seed), Bytes(message))));
        Assert.True(Ed25519.Verify(Bytes(publicKey), Bytes(message), Bytes(signature)));
        Assert.False(Ed25519.Verify(Bytes(publicKey), [.. Bytes(message), 0], Bytes(signature)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(63)]
    public void A_signature_with_one_bit_turned_does_not_fit(int at)
    {
        var pair = WebhookKeyPair.Generate();
        var signed = Signature.Sign(Id, SignedAt, "{}"u8, [], [pair]).Signature;
        var bytes = Convert.FromBase64String(signed["v1a,".Length..]);
        bytes[at] ^= 1;

        Assert.Equal(SignatureVerdict.NoMatch, Verify("v1a," + Convert.ToBase64String(bytes), pair.Public, "{}"));
        Assert.Equal(SignatureVerdict.Valid, Verify(signed, pair.Public, "{}"));
    }

    [Fact]
    public void A_signature_whose_number_is_beyond_the_order_does_not_fit()
    {
        // RFC 8032, 5.1.7: S + L would otherwise be a second signature of the same message.
        byte[] order = Bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        var signature = Ed25519.Sign(Bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), []);
        var carry = 0;
        for (var i = 0; i < order.Length; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.False(Ed25519.Verify(Bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), [], signature));
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(0, 0)]
    public void Keys_and_signatures_of_a_wrong_size_fit_nothing(int key, int signature) =>
        Assert.False(Ed25519.Verify(new byte[key], [1], new byte[signature]));

    [Fact]
    public void Bytes_that_are_no_point_of_the_curve_fit_nothing()
    {
        Assert.True(WebhookPublicKey.TryParse("whpk_" + Convert.ToBase64String(Enumerable.Repeat((byte)0xff, 32).ToArray()), out var key));

        Assert.Equal(SignatureVerdict.NoMatch, Verify(Good, key));
    }

    [Fact]
    public void Signing_gives_what_other_implementations_give()
    {
        Assert.True(WebhookKeyPair.TryParse(Whsk, out var pair));

        Assert.Equal(Good, Signature.Sign(Id, SignedAt, Encoding.UTF8.GetBytes(Body), [], [pair]).Signature);
        Assert.Equal(Whpk, pair.Public.Text);
        Assert.Equal(Whsk, pair.Reveal());
        Assert.Equal(SignatureVerdict.Valid, Verify(Good, pair.Public));
    }

    [Theory]
    [InlineData($"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= {Good}")]
    [InlineData($"v1a,AAAA {Good}, v2,x")]
    [InlineData($"v1a, {Good}")]
    public void A_good_signature_counts_wherever_it_stands(string signature) =>
        Assert.Equal(SignatureVerdict.Valid, Verify(signature, Key()));

    [Theory]
    [InlineData("v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw")] // unpadded
    [InlineData("v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAx==")] // the same bytes, spelt otherwise
    [InlineData("v1,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==")]
    [InlineData("V1A,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==")]
    [InlineData("v1a,")]
    public void What_is_not_exactly_the_signature_does_not_count(string signature) =>
        Assert.Equal(SignatureVerdict.NoMatch, Verify(signature, Key()));

    [Fact]
    public void A_delivery_may_bear_both_kinds_and_either_is_enough()
    {
        var (secret, pair) = (WebhookSecret.Generate(), WebhookKeyPair.Generate());

        var sent = Signature.Sign(Id, SignedAt, "{}"u8, [secret], [pair]);

        Assert.StartsWith("v1,", sent.Signature);
        Assert.Contains(" v1a,", sent.Signature);
        Assert.Equal(SignatureVerdict.Valid, Signature.Verify(sent.Id, sent.Timestamp, sent.Signature, "{}"u8, [secret], SignedAt));
        Assert.Equal(SignatureVerdict.Valid, Verify(sent.Signature, pair.Public, "{}"));
        Assert.Equal(SignatureVerdict.NoMatch, Verify(sent.Signature, WebhookKeyPair.Generate().Public, "{}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsk_")]
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")] // the seed alone
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2AAWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==")] // halves of two pairs
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg")] // unpadded
    [InlineData("whpk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==")]
    public void What_is_not_exactly_the_written_form_is_no_key_pair(string? text) => Assert.False(WebhookKeyPair.TryParse(text, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("whpk_")]
    [InlineData("whsk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURp=")] // stray last bits
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= ")]
    public void What_is_not_exactly_the_written_form_is_no_public_key(string? text) => Assert.False(WebhookPublicKey.TryParse(text, out _));

    [Fact]
    public void A_key_pair_does_not_show_itself()
    {
        var pair = WebhookKeyPair.Generate();

        Assert.Equal("whsk_***", $"{pair}");
        Assert.Equal(pair.Public.Text, $"{pair.Public}");
    }

    private static SignatureVerdict Verify(string signature, WebhookPublicKey key, string body = Body) =>
        Signature.Verify(Id, "1614265330", signature, Encoding.UTF8.GetBytes(body), [], [key], SignedAt);

    private static WebhookPublicKey Key() => WebhookPublicKey.TryParse(Whpk, out var key) ? key : throw new InvalidOperationException("No key.");

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
