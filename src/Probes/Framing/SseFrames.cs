using System.Buffers;

namespace StatusHub.Probes.Framing;

/// <summary>One decoded event of a stream; valid until the next call of its reader.</summary>
internal readonly ref struct Frame(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
{
    /// <summary>The event's name, UTF-8; empty when it has none.</summary>
    public ReadOnlySpan<byte> Kind { get; } = kind;

    /// <summary>The event's data, UTF-8.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}

internal enum FrameStep
{
    NeedMore,
    Frame,

    /// <summary>An event is larger than the limit.</summary>
    TooLarge,
}

/// <summary>
/// Reads server-sent events out of bytes as they arrive (WHATWG HTML 9.2.6: comments, several data lines, LF, CRLF and CR, one leading
/// space, byte order mark). Data of one line, the common case, is handed out in place, without a copy. Knows nothing of sockets, time or dialects.
/// </summary>
internal sealed class SseFrames(int maxEventBytes) : IDisposable
{
    private const int StartBytes = 4096;
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(StartBytes, maxEventBytes + 1));
    private int _filled;
    private int _event; // first byte of the event being read
    private int _line; // first byte of the line being read
    private int _scanned; // no line end lies between _line and here
    private int _dataAt;
    private int _dataLength = -1; // -1: no data line yet
    private int _kindAt;
    private int _kindLength;
    private bool _started;
    private bool _skipLf;
    private bool _handedOut;

    /// <summary>A line was neither a field of the format nor a comment: this may not be an event stream at all.</summary>
    public bool SawForeignLine { get; private set; }

    /// <summary>Room to read into; call <see cref="Filled"/> with what came.</summary>
    public Memory<byte> Room()
    {
        Forget();
        if (_event > 0)
        {
            Compact();
        }

        if (_filled == _buffer.Length)
        {
            Grow();
        }

        return _buffer.AsMemory(_filled);
    }

    public void Filled(int count) => _filled += count;

    public FrameStep Next(out Frame frame)
    {
        frame = default;
        Forget();
        if (!_started && !SkipByteOrderMark())
        {
            return FrameStep.NeedMore;
        }

        while (true)
        {
            if (_skipLf && _line < _filled)
            {
                SkipLineFeed();
            }

            var end = _buffer.AsSpan(_scanned, _filled - _scanned).IndexOfAny(Lf, Cr);
            if (end < 0)
            {
                _scanned = _filled;
                return _filled - _event > maxEventBytes ? FrameStep.TooLarge : FrameStep.NeedMore;
            }

            end += _scanned;
            _skipLf = _buffer[end] == Cr;
            var (start, length) = (_line, end - _line);
            _line = _scanned = end + 1;
            if (_line - _event > maxEventBytes)
            {
                return FrameStep.TooLarge;
            }

            if (length > 0)
            {
                TakeLine(start, length);
            }
            else if (_dataLength >= 0)
            {
                frame = new Frame(_buffer.AsSpan(_kindAt, _kindLength), _buffer.AsSpan(_dataAt, _dataLength));
                _handedOut = true;
                return FrameStep.Frame;
            }
            else
            {
                _kindLength = 0; // an event without data is none, and its name goes with it
            }

            DropWhatIsDone();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void TakeLine(int start, int length)
    {
        var line = _buffer.AsSpan(start, length);
        var colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            return; // a comment
        }

        var field = colon < 0 ? line : line[..colon];
        var valueAt = colon < 0 ? start + length : start + colon + 1;
        if (colon >= 0 && colon + 1 < length && line[colon + 1] == (byte)' ')
        {
            valueAt++;
        }

        var valueLength = start + length - valueAt;
        if (field.SequenceEqual("data"u8))
        {
            AppendData(valueAt, valueLength);
        }
        else if (field.SequenceEqual("event"u8))
        {
            (_kindAt, _kindLength) = (valueAt, valueLength);
        }
        else if (!field.SequenceEqual("id"u8) && !field.SequenceEqual("retry"u8))
        {
            SawForeignLine = true;
        }
    }

    private void AppendData(int at, int length)
    {
        if (_dataLength < 0)
        {
            (_dataAt, _dataLength) = (at, length);
            return;
        }

        // Later lines move up behind the first, inside the buffer; an event name between them is moved out of the way first.
        if (_kindLength > 0 && _kindAt > _dataAt)
        {
            (_kindAt, _kindLength) = KeepKindBefore();
        }

        var end = _dataAt + _dataLength;
        _buffer[end] = Lf;
        _buffer.AsSpan(at, length).CopyTo(_buffer.AsSpan(end + 1));
        _dataLength += 1 + length;
    }

    /// <summary>Rotates the name in front of the data, so that joining data lines cannot overwrite it.</summary>
    private (int At, int Length) KeepKindBefore()
    {
        var kind = _buffer.AsSpan(_kindAt, _kindLength).ToArray();
        var data = _buffer.AsSpan(_dataAt, _dataLength);
        data.CopyTo(_buffer.AsSpan(_dataAt + kind.Length));
        kind.CopyTo(_buffer.AsSpan(_dataAt));
        var at = _dataAt;
        _dataAt += kind.Length;
        return (at, kind.Length);
    }

    /// <summary>Drops an event the caller has read.</summary>
    private void Forget()
    {
        if (!_handedOut)
        {
            return;
        }

        _handedOut = false;
        _event = _line;
        _dataLength = -1;
        _kindLength = 0;
    }

    private bool SkipByteOrderMark()
    {
        var mark = "\uFEFF"u8;
        var have = _buffer.AsSpan(0, Math.Min(_filled, mark.Length));
        if (have.SequenceEqual(mark))
        {
            _event = _line = _scanned = mark.Length;
        }
        else if (mark.StartsWith(have))
        {
            return false; // may still become one
        }

        return _started = true;
    }

    private void SkipLineFeed()
    {
        _skipLf = false;
        if (_buffer[_line] != Lf)
        {
            return;
        }

        _line++;
        _scanned = Math.Max(_scanned, _line);
        DropWhatIsDone();
    }

    /// <summary>Comments and blank lines before an event must not pile up.</summary>
    private void DropWhatIsDone() => _event = _dataLength < 0 && _kindLength == 0 ? _line : _event;

    private void Compact()
    {
        _buffer.AsSpan(_event, _filled - _event).CopyTo(_buffer);
        _filled -= _event;
        _line -= _event;
        _scanned -= _event;
        _dataAt = Math.Max(0, _dataAt - _event);
        _kindAt = Math.Max(0, _kindAt - _event);
        _event = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
