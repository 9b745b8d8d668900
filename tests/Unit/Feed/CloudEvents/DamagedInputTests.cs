using System.Text;
using Microsoft.Extensions.Primitives;
using StatusHub.Feed.CloudEvents.Http;
using StatusHub.Feed.CloudEvents.Json;

namespace StatusHub.Unit.Feed.CloudEvents;

/// <summary>Whatever comes in is an event or an error: never an exception, never an event that cannot be sent on.</summary>
public sealed class DamagedInputTests
{
    private const int Tries = 5_000;

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(Events.With(
        """
        "subject":"größe\u20ac","time":"2026-06-07T12:00:00.5+02:00","datacontenttype":"text/plain;a=\"b\"","ext":-5,"flag":true,"data":"x\ny"
        """));

    private static readonly byte[] Telling = "\"\\{}[]:,nu0-+e.%\u00ff "u8.ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_event_is_refused_or_is_a_valid_one_that_comes_back_as_it_is(int seed)
    {
        var random = new Random(seed);
        var read = 0;
        for (var i = 0; i < Tries; i++)
        {
            var damaged = Damaged(Whole, random);
            if (JsonEventFormatter.TryDecodeStructuredModeMessage(damaged, out var e, out var error))
            {
                read++;
                Assert.Null(e.Validate());
                Assert.Equal(e, Events.Read(Events.Written(e)));
            }
            else
            {
                Assert.NotEmpty(error.Detail);
            }
        }

        Assert.InRange(read, 1, Tries - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_message_is_refused_or_is_an_event_that_can_be_sent_on(int seed)
    {
        var random = new Random(seed);
        var read = 0;
        for (var i = 0; i < Tries; i++)
        {
            KeyValuePair<string, StringValues>[] headers =
            [
                new("ce-specversion", "1.0"), new("ce-id", "1"), new("ce-source", "/hub"), new("ce-type", "t"),
                new("ce-subject", Encoding.Latin1.GetString(Damaged("\"a b\"%20%E2%82%AC%41"u8.ToArray(), random))),
                new("Content-Type", Encoding.Latin1.GetString(Damaged("application/json;charset=\"utf-8\""u8.ToArray(), random))),
            ];
            if (HttpEventDecoder.TryDecode(headers, Damaged("""{"a":["b\u00e4",1.50]}"""u8.ToArray(), random), out var events, out _))
            {
                read++;
                Assert.Equal(events[0], Events.Read(Events.Written(events[0])));
                Assert.NotNull(HttpEventEncoder.Binary(events[0]));
            }
        }

        Assert.InRange(read, 1, Tries - 1);
    }

    // One to three bytes changed, taken out or put in.
    private static byte[] Damaged(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var blows = random.Next(1, 4); blows > 0; blows--)
        {
            var at = random.Next(bytes.Count);
            var b = random.Next(2) == 0 ? Telling[random.Next(Telling.Length)] : (byte)random.Next(256);
            switch (random.Next(3))
            {
                case 0: bytes[at] = b; break;
                case 1: bytes.RemoveAt(at); break;
                default: bytes.Insert(at, b); break;
            }
        }

        return [.. bytes];
    }
}
