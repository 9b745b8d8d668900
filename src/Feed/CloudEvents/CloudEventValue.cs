using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StatusHub.Feed.CloudEvents;

/// <summary>The type system of CloudEvents 1.0.2, section 3.1.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are the specification's.")]
public enum CloudEventAttributeType
{
    String,
    Integer,
    Boolean,
    Binary,
    Uri,
    UriReference,
    Timestamp,
}

/// <summary>
/// The value of an extension attribute: its canonical string, and whether JSON shows it as a string, a number or a boolean.
/// A number stays a number on its way through; every other type is a string to those who do not know the extension.
/// </summary>
public readonly record struct CloudEventValue
{
    private readonly string? _text;

    private CloudEventValue(CloudEventAttributeType type, string text) => (Type, _text) = (type, text);

    /// <summary><see cref="CloudEventAttributeType.String"/>, <c>Integer</c> or <c>Boolean</c>.</summary>
    public CloudEventAttributeType Type { get; }

    /// <summary>The canonical string, as it stands in a header.</summary>
    public string Text => _text ?? "";

    public static CloudEventValue Of(string text) => new(CloudEventAttributeType.String, text);

    public static CloudEventValue Of(int number) => new(CloudEventAttributeType.Integer, number.ToString(CultureInfo.InvariantCulture));

    public static CloudEventValue Of(bool flag) => new(CloudEventAttributeType.Boolean, flag ? "true" : "false");

    public override string ToString() => Text;
}

/// <summary>An attribute the specification's core does not know.</summary>
public readonly record struct CloudEventExtension(string Name, CloudEventValue Value)
{
    public CloudEventExtension(string name, string text)
        : this(name, CloudEventValue.Of(text))
    {
    }
}
