using System.Text;
using System.Text.Json;

namespace StatusHub.Probes.Dialects;

/// <summary>What one frame of an answer brought; several may come at once.</summary>
[Flags]
internal enum FrameNews
{
    None = 0,

    /// <summary>Text a user could read.</summary>
    Text = 1,

    Reasoning = 2,

    /// <summary>The dialect's end marker.</summary>
    End = 4,

    /// <summary>The provider reports a failure inside the answer: <see cref="Answer.Error"/>.</summary>
    Error = 8,

    /// <summary>The frame is not what the dialect sends.</summary>
    Malformed = 16,
}

/// <summary>Why the model stopped.</summary>
internal enum StopReason
{
    None,
    Natural,
    TokenLimit,
    Refusal,
    Filtered,
    Error,
}

/// <summary>What has been read of one answer so far.</summary>
internal sealed class Answer
{
    /// <summary>Text beyond this many bytes is counted as come, but not kept: a probe's answer is a line.</summary>
    public const int MaxTextBytes = 4096;

    private byte[] _text = [];
    private int _length;

    public string? Model { get; set; }

    public int? InputTokens { get; set; }

    public int? OutputTokens { get; set; }

    public StopReason Stop { get; set; }

    public ProviderError? Error { get; set; }

    public string Text => Encoding.UTF8.GetString(_text, 0, _length);

    /// <summary>Adds the string the reader stands on.</summary>
    /// <returns>Whether it held anything.</returns>
    public bool Append(ref readonly Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
        {
            return false;
        }

        var size = reader.ValueSpan.Length;
        if (_length + size <= MaxTextBytes)
        {
            MakeRoom(size);
            try
            {
                _length += reader.CopyString(_text.AsSpan(_length));
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair: some servers split an emoji over two chunks. It is text all the same.
                "\uFFFD"u8.CopyTo(_text.AsSpan(_length));
                _length += 3;
            }
        }

        return true;
    }

    private void MakeRoom(int size)
    {
        const int Smallest = 128;
        const int Replacement = 3;
        var needed = _length + Math.Max(size, Replacement);
        if (needed > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(Smallest, needed * 2));
        }
    }
}
