using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StatusHub.Feed.CloudEvents.Filters.Cesql;

/// <summary>The primitive types of CESQL 1.0.0, section 3.1. A boolean is the default where a type cannot be told.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are the specification's.")]
public enum CesqlType
{
    Boolean,
    Integer,
    String,
}

/// <summary>What went wrong in an evaluation: the error types of section 3.3.</summary>
public enum CesqlFault
{
    None,
    Math,
    Cast,
    MissingAttribute,
    MissingFunction,
    FunctionEvaluation,
}

/// <summary>A boolean, a 32-bit integer or a string. The default is the boolean <c>false</c>.</summary>
public readonly record struct CesqlValue
{
    private readonly int _number;
    private readonly string? _text;

    private CesqlValue(CesqlType type, int number, string? text) => (Type, _number, _text) = (type, number, text);

    public CesqlType Type { get; }

    public bool IsTrue => Type == CesqlType.Boolean && _number != 0;

    public static CesqlValue Of(bool flag) => new(CesqlType.Boolean, flag ? 1 : 0, null);

    public static CesqlValue Of(int number) => new(CesqlType.Integer, number, null);

    public static CesqlValue Of(string text) => new(CesqlType.String, 0, text);

    /// <summary>What stands for a value that could not be had.</summary>
    public static CesqlValue Zero(CesqlType type) => type == CesqlType.String ? Of("") : new(type, 0, null);

    public int Number => _number;

    public string Text => _text ?? "";

    /// <summary>The casts of section 3.7. False leaves the zero value of the type.</summary>
    public bool TryCast(CesqlType type, out CesqlValue cast)
    {
        cast = Zero(type);
        if (type == Type)
        {
            cast = this;
        }
        else if (type == CesqlType.String)
        {
            cast = Of(ToString());
        }
        else if (Type != CesqlType.String)
        {
            cast = type == CesqlType.Integer ? Of(_number) : Of(_number != 0);
        }
        else if (type == CesqlType.Integer)
        {
            if (!int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            cast = Of(number);
        }
        else
        {
            var isTrue = Text.Equals("true", StringComparison.OrdinalIgnoreCase);
            cast = Of(isTrue);
            return isTrue || Text.Equals("false", StringComparison.OrdinalIgnoreCase);
        }

        return true;
    }

    public override string ToString() => Type switch
    {
        CesqlType.Boolean => _number != 0 ? "true" : "false",
        CesqlType.Integer => _number.ToString(CultureInfo.InvariantCulture),
        _ => Text,
    };
}

/// <summary>
/// What an evaluation gives: always a value, and a fault where one was met. Faults end an evaluation (fail-fast mode of section 4.1),
/// so that whatever stands around one has the zero value of its type.
/// </summary>
public readonly record struct CesqlResult(CesqlValue Value, CesqlFault Fault)
{
    /// <summary>Only a boolean without a fault passes (section 1.2).</summary>
    public bool Passes => Fault == CesqlFault.None && Value.IsTrue;

    public static CesqlResult Of(CesqlValue value) => new(value, CesqlFault.None);

    public static CesqlResult Failed(CesqlFault fault, CesqlType type) => new(CesqlValue.Zero(type), fault);
}
