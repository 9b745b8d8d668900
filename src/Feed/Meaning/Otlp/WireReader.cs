using System.Buffers.Binary;
using System.Text;

namespace StatusHub.Feed.Meaning.Otlp;

/// <summary>
/// Reads the Protocol Buffers wire format, field by field. What is cut short or overlong is told by <see cref="Failed"/>, never by an exception; it never
/// recurses by itself, so depth is the caller's own.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxVarintBytes = 10;

    private ReadOnlySpan<byte> _rest = bytes;
    private int _wireType;

    public bool Failed { get; private set; }

    /// <summary>Moves to the next field; false at the end or when the message is damaged.</summary>
    public bool Next(out int field)
    {
        field = 0;
        if (Failed || _rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        (field, _wireType) = ((int)(tag >> 3), (int)(tag & 7));
        Failed |= field <= 0;
        return !Failed;
    }

    /// <summary>The value of a varint field; 0 for a field of another type.</summary>
    public ulong Number()
    {
        if (_wireType == 0)
        {
            return Varint();
        }

        Skip();
        return 0;
    }

    /// <summary>The value of a fixed64 field; 0 for a field of another type.</summary>
    public ulong Fixed64()
    {
        if (_wireType != 1)
        {
            Skip();
            return 0;
        }

        return Take(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;
    }

    /// <summary>The bytes of a length-delimited field; empty for a field of another type.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_wireType == 2)
        {
            return Take(Varint());
        }

        Skip();
        return [];
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public void Skip()
    {
        switch (_wireType)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Take(Varint()); break;
            case 5: Take(4); break;
            default: Failed = true; break; // groups are long gone
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < MaxVarintBytes && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        Failed = true;
        return 0;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            Failed = true;
            return [];
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
