using System.Text;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Unit.Feed.Webhooks;

public sealed class SignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Body = """{"test": 2432232314}""";
    private const string Good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string GoodOfSecond = "v1,hK4CWvngkaAwjY1pABLuUbOIkEJjW9tAapq1no4ojG0=";
    private const string Wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly WebhookSecret First = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly WebhookSecret Second = Secret("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");

    [Theory]
    [InlineData(Body, Good)]
    [InlineData("", "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A=")]
    [InlineData("{\"m\":\"Euro € 😀\"}", "v1,HiqzBw0ZoYgMlV0W6/c2STpKRxWTx8XRraEaXfkyGqw=")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/s","type":"t"}""", "v1,z9uoOHneMV080eRuBUJnrTRLD6G0HJStLlBp2u5t0Xw=")]
    public void Signing_gives_what_other_implementations_give(string body, string signature)
    {
        var headers = Signature.Sign(Id, SignedAt, Bytes(body), [First]);

        Assert.Equal(new SignatureHeaders(Id, Timestamp, signature), headers);
        Assert.Equal(SignatureVerdict.Valid, Verify(headers.Signature, body: body));
    }

    [Fact]
    public void Several_secrets_give_several_signatures_newest_first() =>
        Assert.Equal($"{GoodOfSecond} {Good}", Signature.Sign(Id, SignedAt, Bytes(Body), [Second, First]).Signature);

    [Fact]
    public void Many_at_once_and_one_after_another_sign_alike()
    {
        var signed = new string[20_000];

        Parallel.For(0, signed.Length, i => signed[i] = Signature.Sign(Id, SignedAt, Bytes(Body), [First]).Signature);

        Assert.Equal([Good], signed.Distinct());
    }

    [Fact]
    public void Each_attempt_is_signed_with_its_own_time()
    {
        var retry = Signature.Sign(Id, SignedAt.AddHours(2), Bytes(Body), [First]);

        Assert.Equal("1614272530", retry.Timestamp);
        Assert.NotEqual(Good, retry.Signature);
    }

    [Fact]
    public void Bytes_are_signed_and_not_text()
    {
        var one = Signature.Sign(Id, SignedAt, [0xff], [First]);
        var other = Signature.Sign(Id, SignedAt, [0xfe], [First]);

        Assert.NotEqual(one.Signature, other.Signature);
        Assert.Equal(SignatureVerdict.Valid, Signature.Verify(Id, Timestamp, one.Signature, [0xff], [First], SignedAt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("ä")]
    public void An_id_that_would_blur_the_message_is_not_signed(string id) =>
        Assert.Throws<ArgumentException>(() => Signature.Sign(id, SignedAt, [], [First]));

    [Fact]
    public void Nothing_is_sent_unsigned() =>
        Assert.Throws<ArgumentException>(() => Signature.Sign(Id, SignedAt, [], []));

    [Theory]
    [InlineData(Good)]
    [InlineData($"{Wrong} {Good}")]
    [InlineData($"{Good} {Wrong}")]
    [InlineData($"v1a,AAAA v2,{Wrong} {Good} v3,x")]
    [InlineData($"{Wrong}, {Good}, {Wrong}")]
    [InlineData($"nonsense {Good}")]
    public void A_good_signature_counts_wherever_it_stands(string signature) =>
        Assert.Equal(SignatureVerdict.Valid, Verify(signature));

    [Theory]
    [InlineData(Wrong)]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData(",")]
    [InlineData(" ")]
    [InlineData("12345")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")] // unpadded
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")] // the same bytes, spelt otherwise
    [InlineData("v1,g0hM9SsE+OTPJTGt")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1=g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void What_is_not_exactly_the_signature_does_not_count(string signature) =>
        Assert.Equal(SignatureVerdict.NoMatch, Verify(signature));

    [Fact]
    public void Another_body_id_time_or_secret_does_not_fit()
    {
        Assert.Equal(SignatureVerdict.NoMatch, Verify(Good, body: """{"test":2432232314}"""));
        Assert.Equal(SignatureVerdict.NoMatch, Verify(Good, id: "msg_other"));
        Assert.Equal(SignatureVerdict.NoMatch, Verify(Good, timestamp: "1614265331"));
        Assert.Equal(SignatureVerdict.NoMatch, Signature.Verify(Id, Timestamp, Good, Bytes(Body), [Second], SignedAt));
        Assert.Equal(SignatureVerdict.NoMatch, Signature.Verify(Id, Timestamp, Good, Bytes(Body), [], SignedAt));
    }

    [Theory]
    [InlineData(300, SignatureVerdict.Valid)]
    [InlineData(301, SignatureVerdict.TooOld)]
    [InlineData(-300, SignatureVerdict.Valid)]
    [InlineData(-301, SignatureVerdict.TooNew)]
    public void Clocks_may_differ_by_five_minutes(int seconds, SignatureVerdict verdict) =>
        Assert.Equal(verdict, Signature.Verify(Id, Timestamp, Good, Bytes(Body), [First], SignedAt.AddSeconds(seconds)));

    [Theory]
    [InlineData("123.5")]
    [InlineData("123abc")]
    [InlineData("-1614265330")]
    [InlineData("+1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("1614265330\0")]
    [InlineData("١٦١٤٢٦٥٣٣٠")]
    [InlineData("1e9")]
    [InlineData("Infinity")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999999")]
    public void A_time_is_digits_only(string timestamp) =>
        Assert.Equal(SignatureVerdict.MalformedTimestamp, Verify(Good, timestamp: timestamp));

    [Fact]
    public void The_largest_time_that_is_read_is_only_too_new() =>
        Assert.Equal(SignatureVerdict.TooNew, Verify(Good, timestamp: "999999999999"));

    [Theory]
    [InlineData(null, Timestamp, Good)]
    [InlineData("", Timestamp, Good)]
    [InlineData(Id, null, Good)]
    [InlineData(Id, "", Good)]
    [InlineData(Id, Timestamp, null)]
    [InlineData(Id, Timestamp, "")]
    public void Every_header_is_needed(string? id, string? timestamp, string? signature) =>
        Assert.Equal(SignatureVerdict.MissingHeader, Signature.Verify(id, timestamp, signature, Bytes(Body), [First], SignedAt));

    [Fact]
    public void A_dot_cannot_be_moved_from_the_body_into_the_id()
    {
        var signed = Signature.Sign("a", SignedAt, Bytes("2.x"), [First]);

        Assert.Equal(SignatureVerdict.MalformedId, Signature.Verify($"a.{Timestamp}", "2", signed.Signature, Bytes("x"), [First], SignedAt));
    }

    [Fact]
    public void A_signature_header_without_end_is_not_worked_through() =>
        Assert.Equal(SignatureVerdict.MalformedSignature, Verify(Good + " " + string.Join(' ', Enumerable.Repeat(Wrong, 100))));

    private static SignatureVerdict Verify(string signature, string id = Id, string timestamp = Timestamp, string body = Body) =>
        Signature.Verify(id, timestamp, signature, Bytes(body), [First], SignedAt);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static WebhookSecret Secret(string text) =>
        WebhookSecret.TryParse(text, out var secret) ? secret : throw new ArgumentException(text, nameof(text));
}
