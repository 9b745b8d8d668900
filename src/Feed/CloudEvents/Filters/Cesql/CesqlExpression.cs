namespace StatusHub.Feed.CloudEvents.Filters.Cesql;

/// <summary>What may stand between two expressions.</summary>
public enum CesqlOperator
{
    And,
    Or,
    Xor,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// <summary>
/// An expression of the CloudEvents SQL Expression Language 1.0.0. A value: total, pure, its cost bounded by its size. Its text form
/// can be read again and means the same.
/// </summary>
public abstract record CesqlExpression
{
    private CesqlExpression()
    {
    }

    /// <summary>Type of the value when all goes well; a boolean where only the event can tell (section 3.2).</summary>
    public virtual CesqlType Type => CesqlType.Boolean;

    public abstract CesqlResult Evaluate(CloudEvent cloudEvent);

    /// <summary>What the expression is made of, one level down.</summary>
    public virtual IEnumerable<CesqlExpression> Parts => [];

    /// <summary>The expression and all it is made of.</summary>
    public IEnumerable<CesqlExpression> All => Parts.SelectMany(p => p.All).Prepend(this);

    public sealed override string ToString() => Print();

    private protected abstract string Print();

    private static CesqlResult Cast(CesqlExpression expression, CesqlType type, CloudEvent cloudEvent)
    {
        var result = expression.Evaluate(cloudEvent);
        return result.Fault != CesqlFault.None ? CesqlResult.Failed(result.Fault, type)
            : result.Value.TryCast(type, out var cast) ? CesqlResult.Of(cast)
            : CesqlResult.Failed(CesqlFault.Cast, type);
    }

    private static CesqlResult Flag(bool flag) => CesqlResult.Of(CesqlValue.Of(flag));

    public sealed record Literal(CesqlValue Value) : CesqlExpression
    {
        public override CesqlType Type => Value.Type;

        public override CesqlResult Evaluate(CloudEvent cloudEvent) => CesqlResult.Of(Value);

        // A text read from one kind of quotes can always be written in the same kind; which it was is not kept.
        internal static string Quoted(string text)
        {
            var single = $"'{text.Replace("'", "\\'")}'";
            return CesqlLexer.Read(single, out _) is [{ Text: var again }, { Kind: CesqlTokenKind.End }] && again == text
                ? single
                : $"\"{text.Replace("\"", "\\\"")}\"";
        }

        private protected override string Print() => Value.Type == CesqlType.String ? Quoted(Value.Text) : Value.ToString();
    }

    /// <summary>An attribute of the event. One that JSON gave as a number or a boolean is one.</summary>
    public sealed record Attribute(string Name) : CesqlExpression
    {
        public override CesqlResult Evaluate(CloudEvent cloudEvent) => cloudEvent[Name] is not { } text
            ? CesqlResult.Failed(CesqlFault.MissingAttribute, CesqlType.Boolean)
            : CesqlResult.Of(ValueOf(text, cloudEvent.Extension(Name)?.Type));

        private static CesqlValue ValueOf(string text, CloudEventAttributeType? type)
        {
            var value = CesqlValue.Of(text);
            var wanted = type switch
            {
                CloudEventAttributeType.Integer => CesqlType.Integer,
                CloudEventAttributeType.Boolean => CesqlType.Boolean,
                _ => CesqlType.String,
            };
            return value.TryCast(wanted, out var typed) ? typed : value;
        }

        private protected override string Print() => Name;
    }

    public sealed record Exists(string Name) : CesqlExpression
    {
        public override CesqlResult Evaluate(CloudEvent cloudEvent) => Flag(cloudEvent[Name] is not null);

        private protected override string Print() => $"EXISTS {Name}";
    }

    public sealed record Not(CesqlExpression Operand) : CesqlExpression
    {
        public override IEnumerable<CesqlExpression> Parts => [Operand];

        public override CesqlResult Evaluate(CloudEvent cloudEvent)
        {
            var operand = Cast(Operand, CesqlType.Boolean, cloudEvent);
            return operand.Fault == CesqlFault.None ? Flag(!operand.Value.IsTrue) : operand;
        }

        private protected override string Print() => $"NOT {Operand}";
    }

    public sealed record Negate(CesqlExpression Operand) : CesqlExpression
    {
        public override CesqlType Type => CesqlType.Integer;

        public override IEnumerable<CesqlExpression> Parts => [Operand];

        public override CesqlResult Evaluate(CloudEvent cloudEvent)
        {
            var operand = Cast(Operand, CesqlType.Integer, cloudEvent);
            return operand.Fault == CesqlFault.None ? Whole(-(long)operand.Value.Number) : operand;
        }

        private protected override string Print() => $"-{Operand}";
    }

    /// <param name="Pattern">Only ever a literal.</param>
    public sealed record Like(CesqlExpression Operand, LikePattern Pattern, bool IsNot) : CesqlExpression
    {
        public override IEnumerable<CesqlExpression> Parts => [Operand];

        public override CesqlResult Evaluate(CloudEvent cloudEvent)
        {
            var operand = Cast(Operand, CesqlType.String, cloudEvent);
            return operand.Fault == CesqlFault.None
                ? Flag(Pattern.Matches(operand.Value.Text) != IsNot)
                : CesqlResult.Failed(operand.Fault, CesqlType.Boolean);
        }

        private protected override string Print() => $"({Operand} {(IsNot ? "NOT " : "")}LIKE {Literal.Quoted(Pattern.Text)})";
    }

    /// <summary>Here the left side's type decides, unlike in every other comparison.</summary>
    public sealed record In(CesqlExpression Operand, IReadOnlyList<CesqlExpression> Set, bool IsNot) : CesqlExpression
    {
        public override IEnumerable<CesqlExpression> Parts => [Operand, .. Set];

        public override CesqlResult Evaluate(CloudEvent cloudEvent)
        {
            var operand = Operand.Evaluate(cloudEvent);
            if (operand.Fault != CesqlFault.None)
            {
                return CesqlResult.Failed(operand.Fault, CesqlType.Boolean);
            }

            var isIn = false;
            foreach (var element in Set)
            {
                var cast = Cast(element, operand.Value.Type, cloudEvent);
                if (cast.Fault != CesqlFault.None)
                {
                    return CesqlResult.Failed(cast.Fault, CesqlType.Boolean);
                }

                isIn |= cast.Value == operand.Value;
            }

            return Flag(isIn != IsNot);
        }

        private protected override string Print() => $"({Operand} {(IsNot ? "NOT " : "")}IN ({string.Join(", ", Set)}))";
    }

    public sealed record Call(string Name, IReadOnlyList<CesqlExpression> Arguments) : CesqlExpression
    {
        private readonly CesqlFunction? _function = CesqlFunctions.Find(Name, Arguments.Count);

        public override CesqlType Type => _function?.Returns ?? CesqlType.Boolean;

        public override IEnumerable<CesqlExpression> Parts => Arguments;

        /// <summary>Whether there is such a function of so many arguments.</summary>
        public bool IsKnown => _function is not null;

        public override CesqlResult Evaluate(CloudEvent cloudEvent)
        {
            if (_function is null)
            {
                return CesqlResult.Failed(CesqlFault.MissingFunction, CesqlType.Boolean);
            }

            var values = new CesqlValue[Arguments.Count];
            for (var i = 0; i < values.Length; i++)
            {
                var argument = _function.TypeOf(i) is { } type ? Cast(Arguments[i], type, cloudEvent) : Arguments[i].Evaluate(cloudEvent);
                if (argument.Fault != CesqlFault.None)
                {
                    return CesqlResult.Failed(argument.Fault, Type);
                }

                values[i] = argument.Value;
            }

            return _function.Apply(values);
        }

        private protected override string Print() => $"{Name.ToUpperInvariant()}({string.Join(", ", Arguments)})";
    }

    public sealed record Binary(CesqlOperator Operator, CesqlExpression Left, CesqlExpression Right) : CesqlExpression
    {
        public override CesqlType Type => Operator >= CesqlOperator.Add ? CesqlType.Integer : CesqlType.Boolean;

        public override IEnumerable<CesqlExpression> Parts => [Left, Right];

        public override CesqlResult Evaluate(CloudEvent cloudEvent) => Operator switch
        {
            CesqlOperator.And or CesqlOperator.Or or CesqlOperator.Xor => Logic(cloudEvent),
            CesqlOperator.Equal or CesqlOperator.NotEqual => Equality(cloudEvent),
            _ => Numbers(cloudEvent),
        };

        private CesqlResult Logic(CloudEvent cloudEvent)
        {
            var left = Cast(Left, CesqlType.Boolean, cloudEvent);
            if (left.Fault != CesqlFault.None || (Operator != CesqlOperator.Xor && left.Value.IsTrue == (Operator == CesqlOperator.Or)))
            {
                return left; // AND and OR must not look at the right side once the left decides
            }

            var right = Cast(Right, CesqlType.Boolean, cloudEvent);
            return right.Fault == CesqlFault.None && Operator == CesqlOperator.Xor ? Flag(left.Value.IsTrue != right.Value.IsTrue) : right;
        }

        private CesqlResult Equality(CloudEvent cloudEvent)
        {
            var right = Right.Evaluate(cloudEvent);
            var left = Cast(Left, right.Value.Type, cloudEvent);
            var fault = left.Fault is CesqlFault.None or CesqlFault.Cast && right.Fault != CesqlFault.None ? right.Fault : left.Fault;
            return fault == CesqlFault.None
                ? Flag((left.Value == right.Value) == (Operator == CesqlOperator.Equal))
                : CesqlResult.Failed(fault, CesqlType.Boolean);
        }

        private CesqlResult Numbers(CloudEvent cloudEvent)
        {
            var left = Cast(Left, CesqlType.Integer, cloudEvent);
            var right = left.Fault == CesqlFault.None ? Cast(Right, CesqlType.Integer, cloudEvent) : left;
            if (right.Fault != CesqlFault.None)
            {
                return CesqlResult.Failed(right.Fault, Type);
            }

            var (x, y) = ((long)left.Value.Number, (long)right.Value.Number);
            return Operator switch
            {
                CesqlOperator.Less => Flag(x < y),
                CesqlOperator.LessOrEqual => Flag(x <= y),
                CesqlOperator.Greater => Flag(x > y),
                CesqlOperator.GreaterOrEqual => Flag(x >= y),
                CesqlOperator.Add => Whole(x + y),
                CesqlOperator.Subtract => Whole(x - y),
                CesqlOperator.Multiply => Whole(x * y),
                _ when y == 0 => CesqlResult.Failed(CesqlFault.Math, CesqlType.Integer),
                CesqlOperator.Divide => Whole(x / y),
                _ => Whole(x % y),
            };
        }

        private protected override string Print() => $"({Left} {CesqlLexer.Written(Operator)} {Right})";
    }

    /// <summary>The specification says nothing of results that do not fit: they are no number.</summary>
    private static CesqlResult Whole(long number) => number is >= int.MinValue and <= int.MaxValue
        ? CesqlResult.Of(CesqlValue.Of((int)number))
        : CesqlResult.Failed(CesqlFault.Math, CesqlType.Integer);
}
