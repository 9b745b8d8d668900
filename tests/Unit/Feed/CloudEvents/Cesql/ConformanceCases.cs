namespace StatusHub.Unit.Feed.CloudEvents.Cesql;

/// <summary>
/// The cases of the conformance kit of CESQL (cloudevents/spec, folder cesql/cesql_tck), one a line:
/// <c>expression → value ! fault @ name=value; …</c>. Strings stand in double angle quotes. What follows <c>@</c> is set in the event.
/// </summary>
internal static class ConformanceCases
{
    public const string Comparison = """
        TRUE = FALSE → false
        FALSE = FALSE → true
        1 = 2 → false
        2 = 2 → true
        'abc' = '123' → false
        'abc' = 'abc' → true
        missing = 2 → false ! MissingAttribute
        TRUE != FALSE → true
        FALSE != FALSE → false
        1 != 2 → true
        2 != 2 → false
        'abc' != '123' → true
        'abc' != 'abc' → false
        missing != 2 → false ! MissingAttribute
        TRUE <> FALSE → true
        FALSE <> FALSE → false
        1 <> 2 → true
        2 <> 2 → false
        'abc' <> '123' → true
        'abc' <> 'abc' → false
        missing <> 2 → false ! MissingAttribute
        2 <= 2 → true
        3 <= 2 → false
        1 < 2 → true
        2 < 2 → false
        2 >= 2 → true
        2 >= 3 → false
        2 > 1 → true
        2 > 2 → false
        missing <= 2 → false ! MissingAttribute
        true = 'TRUE' → false
        'TRUE' = true → true
        """;

    public const string Logic = """
        FALSE AND FALSE → false
        FALSE AND TRUE → false
        TRUE AND FALSE → false
        TRUE AND TRUE → true
        false and (1 != 1 / 0) → false
        true and (1 != 1 / 0) → false ! Math
        FALSE OR FALSE → false
        FALSE OR TRUE → true
        TRUE OR FALSE → true
        TRUE OR TRUE → true
        true or (1 != 1 / 0) → true
        false or (1 != 1 / 0) → false ! Math
        FALSE XOR FALSE → false
        FALSE XOR TRUE → true
        TRUE XOR FALSE → true
        TRUE XOR TRUE → false
        """;

    public const string Arithmetic = """
        4 * 2 + 4 / 2 → 10
        4 * (2 + 4) / 2 → 12
        5 / 3 → 1
        5 / 0 → 0 ! Math
        5 % 2 → 1
        5 % 0 → 0 ! Math
        missing / 0 → 0 ! MissingAttribute
        missing % 0 → 0 ! MissingAttribute
        4 + 1 → 5
        -4 + 1 → -3
        -4 + -1 → -5
        4 + -1 → 3
        4 - 1 → 3
        -4 - 1 → -5
        '5' + 3 → 8
        5 + '3' → 8
        '5' + '3' → 8
        5 + TRUE → 6
        (TRUE) → true
        4 * (2 + 3) → 20
        (2 + 3) * 4 → 20
        """;

    public const string Casts = """
        INT('1') → 1
        INT('-1') → -1
        INT(1) → 1
        INT(-1) → -1
        INT(TRUE) → 1
        INT(FALSE) → 0
        INT('ABC') → 0 ! Cast
        BOOL('TRUE') → true
        BOOL("false") → false
        BOOL(TRUE) → true
        BOOL(FALSE) → false
        BOOL('ABC') → false ! Cast
        BOOL(1) → true
        BOOL(0) → false
        BOOL(100) → true
        BOOL(-50) → true
        STRING(TRUE) → «true»
        STRING(FALSE) → «false»
        STRING(1) → «1»
        STRING(-1) → «-1»
        STRING("abc") → «abc»
        """;

    public const string Attributes = """
        id → «myId» @ id=myId
        subject → «mySubject» @ subject=mySubject
        subject → false ! MissingAttribute
        mybool → true @ mybool:true
        myint → 10 @ myint:10
        myext → «my extension» @ myext=my extension
        source → «http://localhost/source» @ source=http://localhost/source
        time → «2018-04-26T14:48:09+02:00» @ time=2018-04-26T14:48:09+02:00
        int(hop) < int(ttl) and int(hop) < 1000 → true @ hop=5; ttl=10
        INT(hop) < INT(ttl) AND INT(hop) < 1000 → true @ hop=5; ttl=10
        hop < ttl → true @ hop=5; ttl=10
        sequence = 5 → true @ sequence=5
        sequence = 5 → false @ sequence=6
        firstname = 'Francesco' OR subject = 'Francesco' → true @ subject=Francesco; firstname=Doug
        firstname = 'Francesco' OR subject = 'Francesco' → true @ firstname=Francesco; subject=Doug
        (firstname = 'Francesco' AND lastname = 'Guardiani') OR subject = 'Francesco Guardiani' → true @ subject=Doug; firstname=Francesco; lastname=Guardiani
        (firstname = 'Francesco' AND lastname = 'Guardiani') OR subject = 'Francesco Guardiani' → true @ subject=Francesco Guardiani; firstname=Doug; lastname=Davis
        EXISTS subject → true @ subject=Francesco Guardiani
        """;

    public const string Literals = """
        TRUE → true
        FALSE → false
        0 → 0
        1 → 1
        'abc' → «abc»
        "abc" → «abc»
        'aBc' → «aBc»
        "AbC" → «AbC»
        'a"b\'c' → «a"b'c»
        "a'b\"c" → «a'b"c»
        -10 → -10
        --10 → 10
        -'10' → -10
        --'10' → 10
        -TRUE → -1
        -missing → 0 ! MissingAttribute
        NOT TRUE → false
        NOT FALSE → true
        NOT 'TRUE' → false
        NOT 'FALSE' → true
        NOT 10 → false
        NOT missing → false ! MissingAttribute
        """;

    public const string Functions = """
        ABS(10) → 10
        ABS(-10) → 10
        ABS(0) → 0
        ABS(-2147483648) → 2147483647 ! Math
        LENGTH('abc') → 3
        LENGTH('') → 0
        LENGTH('2') → 1
        LENGTH(TRUE) → 4
        CONCAT('a', 'b', 'c') → «abc»
        CONCAT() → «»
        CONCAT('a') → «a»
        CONCAT_WS(',', 'a', 'b', 'c') → «a,b,c»
        CONCAT_WS(',') → «»
        CONCAT_WS(',', 'a') → «a»
        CONCAT_WS() → false ! MissingFunction
        LOWER('ABC') → «abc»
        LOWER('AbC') → «abc»
        LOWER('abc') → «abc»
        UPPER('ABC') → «ABC»
        UPPER('AbC') → «ABC»
        UPPER('abc') → «ABC»
        TRIM('   a b c   ') → «a b c»
        TRIM('   a b c') → «a b c»
        TRIM('a b c   ') → «a b c»
        TRIM('a b c') → «a b c»
        LEFT('abc', 2) → «ab»
        LEFT('abc', 10) → «abc»
        LEFT('', 0) → «»
        LEFT('abc', -2) → «abc» ! FunctionEvaluation
        RIGHT('abc', 2) → «bc»
        RIGHT('abc', 10) → «abc»
        RIGHT('', 0) → «»
        RIGHT('abc', -2) → «abc» ! FunctionEvaluation
        SUBSTRING('abcdef', 1) → «abcdef»
        SUBSTRING('abcdef', 2) → «bcdef»
        SUBSTRING('Quadratically', 5) → «ratically»
        SUBSTRING('Sakila', -3) → «ila»
        SUBSTRING('abcdef', 1, 6) → «abcdef»
        SUBSTRING('abcdef', 2, 4) → «bcde»
        SUBSTRING('Sakila', -5, 3) → «aki»
        SUBSTRING('Quadratically', 0) → «»
        SUBSTRING('Quadratically', 0, 1) → «»
        SUBSTRING('abcdef', 10) → «» ! FunctionEvaluation
        SUBSTRING('abcdef', -10) → «» ! FunctionEvaluation
        SUBSTRING('abcdef', 10, 10) → «» ! FunctionEvaluation
        SUBSTRING('abcdef', -10, 10) → «» ! FunctionEvaluation
        """;

    public const string Likes = """
        'abc' LIKE 'abc' → true
        'ab\c' LIKE 'ab\c' → true
        'abc' NOT LIKE 'abc' → false
        'abc' LIKE 'a%b%c' → true
        'azbc' LIKE 'a%b%c' → true
        'azzzbzzzc' LIKE 'a%b%c' → true
        'a%b%c' LIKE 'a%b%c' → true
        'ac' LIKE 'abc' → false
        '' LIKE 'abc' → false
        '.ab.cde.' LIKE '.%.%.' → true
        'ab.cde' LIKE '.%.%.' → false
        'abc' LIKE 'a_b_c' → false
        'a_b_c' LIKE 'a_b_c' → true
        'abzc' LIKE 'a_b_c' → false
        'azbc' LIKE 'a_b_c' → false
        'azbzc' LIKE 'a_b_c' → true
        '.a.b.' LIKE '._._.' → true
        'abcd.' LIKE '._._.' → false
        'a_b_c' LIKE 'a\_b\_c' → true
        'a_b_c' NOT LIKE 'a\_b\_c' → false
        'azbzc' LIKE 'a\_b\_c' → false
        'abc' LIKE 'a\_b\_c' → false
        'abc' LIKE 'a\%b\%c' → false
        'a%b%c' LIKE 'a\%b\%c' → true
        'azbzc' LIKE 'a\%b\%c' → false
        myext LIKE 'abc%123\%456\_d_f' → true @ myext=abc123123%456_dzf
        myext NOT LIKE 'abc%123\%456\_d_f' → false @ myext=abc123123%456_dzf
        234 LIKE '23_' → true
        2344 LIKE '23%' → true
        2344 LIKE '23_' → false
        TRUE LIKE 'tr%' → true
        TRUE LIKE '%ue' → true
        FALSE LIKE 'tr%' → false
        FALSE LIKE 'fal%' → true
        """;

    public const string Subscriptions = """
        source LIKE 'https://%' → true @ source=https://example.com
        source LIKE 'https://%' → false @ source=http://example.com
        myext LIKE 'custom%' → true @ myext=customext
        myext LIKE 'custom%' → false ! MissingAttribute
        type like '%.error' → true @ type=com.github.error
        type like '%.error' → false @ type=com.github.success
        myext LIKE '%ext' → true @ myext=customext
        myext LIKE '%ext' → false ! MissingAttribute
        id = 'myId' → true @ id=myId
        id = 'myId' → false @ id=notmyId
        myext = 'customext' → true @ myext=customext
        myext = 'customext' → false ! MissingAttribute
        id LIKE 'my%' AND source LIKE '%.ca' → true @ id=myId; source=http://www.some-website.ca
        id LIKE 'my%' AND source LIKE '%.ca' → false @ id=myId; source=http://www.some-website.com
        myext LIKE 'custom%' AND type LIKE '%.error' → true @ myext=customext; type=com.github.error
        type LIKE 'example.%' AND myext LIKE 'custom%' → false ! MissingAttribute @ type=example.event.type
        id LIKE 'my%' OR source LIKE '%.ca' → true @ id=myId; source=http://www.some-website.ca
        id LIKE 'my%' OR source LIKE '%.ca' → true @ id=myId; source=http://www.some-website.com
        id LIKE 'my%' OR source LIKE '%.ca' → true @ id=notmyId; source=http://www.some-website.ca
        id LIKE 'my%' OR source LIKE '%.ca' → false @ id=notmyId; source=http://www.some-website.com
        id LIKE 'my%' OR myext LIKE '%ext' → false ! MissingAttribute @ id=notmyId; source=http://www.some-website.com
        (id = 'myId' AND type LIKE '%.success') OR (id = 'notmyId' AND source LIKE 'http://%' AND type LIKE '%.warning') → true @ id=myId; type=example.event.success
        (id = 'myId' AND type LIKE '%.success') OR (id = 'notmyId' AND source LIKE 'http://%' AND type LIKE '%.warning') → true @ id=notmyId; type=example.event.warning; source=http://localhost.localdomain
        (id = 'myId' AND type LIKE '%.success') OR (id = 'notmyId' AND source LIKE 'http://%' AND type LIKE '%.warning') → false @ id=notmyId; type=example.event.warning; source=https://localhost.localdomain
        (id = 'myId' AND type LIKE '%.success') OR (id = 'notmyId' AND source LIKE 'http://%' AND type LIKE '%.warning') OR (myext = 'cusomext') → false ! MissingAttribute @ id=notmyId; type=example.event.warning; source=https://localhost.localdomain
        (id = 'myId' OR type LIKE '%.success') AND (id = 'notmyId' OR source LIKE 'https://%' OR type LIKE '%.warning') → true @ id=myId; type=example.event.warning; source=http://localhost.localdomain
        (id = 'myId' OR type LIKE '%.success') AND (id = 'notmyId' OR source LIKE 'https://%' OR type LIKE '%.warning') → true @ id=notmyId; type=example.event.success; source=http://localhost.localdomain
        (id = 'myId' OR type LIKE '%.success') AND (id = 'notmyId' OR source LIKE 'https://%' OR type LIKE '%.warning') → false @ id=notmyId; type=example.event.warning; source=http://localhost.localdomain
        (id = 'myId' OR type LIKE '%.success') AND (id = 'notmyId' OR source LIKE 'https://%' OR type LIKE '%.warning') → false @ id=myId; type=example.event.success; source=http://localhost.localdomain
        (id = 'myId' OR type LIKE '%.success') AND (id = 'notmyId' OR source LIKE 'https://%' OR type LIKE '%.warning') AND (myext = 'customext') → false ! MissingAttribute @ id=myId; type=example.event.warning; source=http://localhost.localdomain
        """;

    /// <summary>Not of the kit: what the text of the specification says of the parts for which no cases were at hand.</summary>
    public const string FromTheText = """
        EXISTS id → true
        EXISTS source → true
        EXISTS type → true
        EXISTS specversion → true
        EXISTS time → false
        NOT EXISTS time → true
        exists myext → true @ myext=x
        'abc' IN ('abc', 'bcd') → true
        'aaa' IN ('abc', 'bcd') → false
        'abc' NOT IN ('abc', 'bcd') → false
        'aaa' NOT IN ('abc', 'bcd') → true
        123 IN (1, 2, 123) → true
        '5' IN (4, 5) → true
        5 IN ('4', '5') → true
        true IN ('false', 'TRUE') → true
        'true' IN (TRUE) → true
        5 IN ('x', 5) → false ! Cast
        missing IN (1, 2) → false ! MissingAttribute
        missing NOT IN (1, 2) → false ! MissingAttribute
        id IN ('a', id) → true
        id in ('a', 'b') and type = 'x' → true @ id=b; type=x
        tRuE aNd nOt fAlSe → true
        lEnGtH('abc') → 3
        Id = 'x' → false ! MissingAttribute @ id=x
        TRUE = "true" AND FALSE = "false" → true
        TRUE = "TRUE" OR FALSE = "FALSE" → false
        -5 / 3 → -1
        -5 % 3 → -2
        5 % -3 → 2
        1 / missing → 0 ! MissingAttribute
        missing * 5 → 0 ! MissingAttribute
        LENGTH(missing) → 0 ! MissingAttribute
        CONCAT(missing, 'x') → «» ! MissingAttribute
        'abc' = 5 → false ! Cast
        'abc' != 5 → false ! Cast
        'aBc' LIKE 'abc' → false
        'abc' LIKE '_b%' → true
        'b' LIKE '_b%' → false
        1 + 2 * 3 = 7 AND NOT FALSE → true
        10 - 4 - 3 → 3
        TRUE OR FALSE AND FALSE → false
        FALSE AND missing → false
        TRUE OR missing → true
        2147483647 + 1 → 0 ! Math
        -2147483648 / -1 → 0 ! Math
        +5 → 5
        INT('+5') → 5
        INT(' 5') → 0 ! Cast
        INT('2147483648') → 0 ! Cast
        LENGTH('😀€') → 2
        LEFT('😀€', 1) → «😀»
        '😀' LIKE '_' → true
        SUBSTRING('abc', 2, -1) → «» ! FunctionEvaluation
        SUBSTRING('abc', 3, 0) → «»
        NOSUCH(1) → false ! MissingFunction
        LENGTH('a', 'b') → false ! MissingFunction
        """;
}
