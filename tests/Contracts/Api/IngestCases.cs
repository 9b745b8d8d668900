using System.Text;

namespace StatusHub.Contracts.Api;

/// <summary>One request nobody should send, or a strange one that is all right.</summary>
/// <param name="Name">Its number in the list of bad input, and what it is.</param>
/// <param name="Problem">Name of the problem type it is answered with; empty where it is accepted.</param>
public sealed record IngestCase(string Name, int Status, string Problem, byte[] Body, string? ContentType, (string Name, string Value)[] Headers)
{
    /// <summary>Where the problem points; null where nothing is to be said of it.</summary>
    public string? Place { get; init; }

    public override string ToString() => Name;
}

/// <summary>What the hub must stand: structured, binary and batched, one line a case.</summary>
public static class IngestCases
{
    public const string Structured = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";
    public const string Source = "urn:statushub:org:alice";

    private const string Type = "com.example.thing.v1";

    private const string Incident = """
        ,"data":{"incidentId":"x1","phase":"investigating","impact":[{"model":"acme/opus","status":"partial_outage"}]}
        """;

    public static TheoryData<IngestCase> Refused() =>
    [
        Event("B-01 nothing at all", "", "body-empty"),
        Malformed("B-02 truncated", """{"specversion":"1.0","id":"a","""),
        Malformed("B-02 garbage behind", Json() + " x"),
        Malformed("B-02 two documents", Json() + Json()),
        Malformed("B-02 a comment", Json()[..^1] + "/* c */}"),
        Malformed("B-02 a trailing comma", Json()[..^1] + ",}"),
        Malformed("B-02 NaN", Json(",\"data\":NaN")),
        Malformed("B-03 an attribute twice", Json(",\"id\":\"b\""), "/id"),
        Malformed("B-04 an attribute in capitals", Json(",\"ID\":\"b\""), "/ID"),
        Malformed("B-05 a member of the data twice", Json(""","data":{"a":[{"b":1,"b":2}]}"""), "/data"),
        Malformed("B-05 a member twice, once escaped", Json(""","data":{"a":1,"\u0061":2}"""), "/data"),
        Malformed("B-06 65 levels", Json($",\"data\":{new string('[', 65)}{new string(']', 65)}")),
        Malformed("B-06 100,000 levels", Json($",\"data\":{new string('[', 100_000)}{new string(']', 100_000)}")),
        Malformed("B-07 a wall of brackets", new string('[', 200_000)),
        Malformed("B-08 a name of 60 KB", Json($",\"{new string('a', 60_000)}\":{{}}")),
        Malformed("B-08 a name that is empty", Json(",\"\":1")),
        Malformed("B-09 not UTF-8: FF FE", [.. "\uFEFF"u8[..1], 0xFF, 0xFE]),
        Malformed("B-09 not UTF-8: overlong", [.. Encoding.UTF8.GetBytes(Json()[..^1] + ",\"subject\":\""), 0xC0, 0xAF, .. "\"}"u8]),
        Malformed("B-09 not UTF-8: cut off, in the data", [.. Encoding.UTF8.GetBytes(Json()[..^1] + ",\"data\":\""), 0xE2, 0x82, .. "\"}"u8]),
        Malformed("B-10 half a pair in an attribute", Json(",\"subject\":\"\\uDEAD\""), "/subject"),
        Malformed("B-10 half a pair in the data", Json(",\"data\":{\"a\":[\"\\uDEAD\"]}"), "/data"),
        Malformed("B-10 half a pair in a name of the data", Json(",\"data\":{\"\\uDEAD\":1}"), "/data"),
        Malformed("B-11 NUL in an attribute", Json(",\"subject\":\"a\\u0000b\""), "/subject"),
        Malformed("B-11 NUL in the data", Json(",\"data\":\"a\\u0000b\""), "/data"),
        Malformed("B-12 a control character", Json(",\"subject\":\"a\\u0085b\""), "/subject"),
        Malformed("B-12 a noncharacter", Json(",\"subject\":\"a\\uFDD0b\""), "/subject"),
        Unspoken("B-14 UTF-16 by its name", Structured + "; charset=utf-16"),
        Unspoken("B-14 Latin-1 by its name", Structured + "; charset=iso-8859-1"),
        Malformed("B-14 UTF-16 that says nothing", Encoding.Unicode.GetBytes(Json())),
        Unspoken("B-15 no content type", null),
        Unspoken("B-15 text", "text/plain"),
        Unspoken("B-15 XML", "application/xml"),
        Unspoken("B-15 a format not spoken here", "application/cloudevents+avro"),
        Unspoken("B-16 compressed") with { Headers = [("Content-Encoding", "gzip")] },
        Unspoken("B-16 compressed twice") with { Headers = [("Content-Encoding", "gzip, br")] },
        Event("B-18 a byte too many", Padded(256 * 1024 + 1), "too-large", status: 413),
        Events("B-18 a byte too many in a batch", $"[{Padded(256 * 1024 + 1)}]", "too-large", "/0", 413),
        Events("B-18 a batch of more than 4 MiB", $"[{string.Join(',', Enumerable.Range(0, 17).Select(n => Padded(250 * 1024)))}]", "too-large", status: 413),
        Events("B-22 1,001 events", $"[{string.Join(',', Enumerable.Range(0, 1_001).Select(n => Json(id: $"n{n}")))}]", "too-large", "/1000", 413),
        Events("B-22 one bad of a hundred", $"[{string.Join(',', Enumerable.Range(0, 100).Select(n => n == 57 ? Json(",\"time\":\"now\"") : Json(id: $"o{n}")))}]", "malformed", "/57/time"),
        Events("B-23 a batch that is an object", Json(), "malformed"),
        Malformed("B-23 an event that is an array", $"[{Json()}]"),
        Events("B-24 another version in a batch", $"[{Json()},{Json(version: "\"0.3\"")}]", "malformed", "/1/specversion"),
        Malformed("B-25 no version", Json(version: "null"), "/specversion"),
        Malformed("B-25 version 0.3", Json(version: "\"0.3\""), "/specversion"),
        Malformed("B-25 version 1.0.2", Json(version: "\"1.0.2\""), "/specversion"),
        Malformed("B-25 a version that is a number", Json(version: "1.0"), "/specversion"),
        Malformed("B-25 a version with a space", Json(version: "\"1.0 \""), "/specversion"),
        Malformed("B-26 no id", Without("id"), "/id"),
        Malformed("B-26 an id that is null", With("id", "null"), "/id"),
        Malformed("B-26 an id that is empty", With("id", "\"\""), "/id"),
        Malformed("B-26 an id of 257 characters", With("id", $"\"{new string('i', 257)}\""), "/id"),
        Malformed("B-26 an id that is a number", With("id", "7"), "/id"),
        Malformed("B-26 an id of two lines", With("id", "\"a\\nb\""), "/id"),
        Malformed("B-27 no source", Without("source"), "/source"),
        Malformed("B-27 a source that is empty", With("source", "\"\""), "/source"),
        Malformed("B-27 a source that is no reference", With("source", "\"a b\""), "/source"),
        Malformed("B-27 a source of 2,049 characters", With("source", $"\"urn:{new string('s', 2_045)}\""), "/source"),
        Event("B-27 a source that is a script", With("source", "\"javascript:alert(1)\""), "source-not-owned", "/source", 403),
        Event("B-28 another's source", With("source", "\"urn:statushub:org:bob\""), "source-not-owned", "/source", 403),
        Event("B-28 one that only begins alike", With("source", "\"urn:statushub:org:alice2\""), "source-not-owned", "/source", 403),
        Events("B-28 another's source in a batch", $"[{Json()},{With("source", "\"urn:statushub:org:bob\"")}]", "source-not-owned", "/1/source", 403),
        Malformed("B-29 a type of 300 characters", With("type", $"\"{new string('t', 300)}\""), "/type"),
        Event("B-29 a type only the hub makes", With("type", "\"io.statushub.model.status.v1\""), "type-reserved", "/type", 403),
        Event("B-29 a score of one's own", With("type", "\"io.statushub.score.v1\""), "type-reserved", "/type", 403),
        Malformed("B-30 a subject that is empty", Json(",\"subject\":\"\""), "/subject"),
        Malformed("B-30 a subject of 10 KB", Json($",\"subject\":\"{new string('s', 10_240)}\""), "/subject"),
        Time("no offset", "2026-06-07T10:00:00"),
        Time("a date only", "2026-06-07"),
        Time("a space", "2026-06-07 10:00:00Z"),
        Time("February 30th", "2026-02-30T10:00:00Z"),
        Time("year 10000", "10000-01-01T00:00:00Z"),
        Malformed("B-31 a time that is a number", Json(",\"time\":1780000000"), "/time"),
        Event("B-32 a time in a year", Json(",\"time\":\"2099-06-07T10:00:00Z\""), "time-future", "/time", 422),
        Event("B-32 a time in 9999", Json(",\"time\":\"9999-12-31T23:59:59Z\""), "time-future", "/time", 422),
        Malformed("B-33 a name with an underscore", Json(",\"my_ext\":\"a\""), "/my_ext"),
        Malformed("B-33 a name beyond ASCII", Json(",\"größe\":\"a\""), "/größe"),
        Malformed("B-34 65 extensions", Json(string.Concat(Enumerable.Range(0, 65).Select(n => $",\"ext{n}\":\"a\""))), ""),
        Malformed("B-34 an extension that is an object", Json(",\"ext\":{}"), "/ext"),
        Malformed("B-34 an extension that is an array", Json(",\"ext\":[]"), "/ext"),
        Malformed("B-35 a number of more than 32 bits", Json(",\"ext\":2147483648"), "/ext"),
        Malformed("B-35 a fraction", Json(",\"ext\":1.5"), "/ext"),
        Malformed("B-35 an exponent", Json(",\"ext\":1e9"), "/ext"),
        Malformed("B-37 both kinds of data", Json(",\"data\":1,\"data_base64\":\"AA==\""), "/data_base64"),
        Malformed("B-38 no base64", Json(",\"data_base64\":\"A\""), "/data_base64"),
        Malformed("B-38 base64 with a line break", Json(",\"data_base64\":\"AA\\n==\""), "/data_base64"),
        Malformed("B-39 no media type", Json(",\"datacontenttype\":\"xyz\""), "/datacontenttype"),
        Malformed("B-39 a media type of two lines", Json(",\"datacontenttype\":\"a/b\\r\\nc\""), "/datacontenttype"),
        Binary("B-41 no ce-id", "malformed", "/id", ("ce-id", null)),
        Binary("B-41 an escape that is none", "malformed", "/subject", ("ce-subject", "%zz")),
        Binary("B-41 an escaped NUL", "malformed", "/subject", ("ce-subject", "a%00b")),
        Binary("B-41 an escaped line break", "malformed", "/subject", ("ce-subject", "a%0d%0ab")),
        Binary("B-41 the content type as an attribute", "malformed", "/datacontenttype", ("ce-datacontenttype", "text/plain")),
        Binary("B-41 a name that is none", "malformed", "/my_ext", ("ce-my_ext", "a")),
        Binary("B-41 the trap of a client that codes nothing: raw quotes and per cent", "malformed", "/subject", ("ce-subject", "a b\"c%d")),
        Binary("a mark nobody knows", "malformed", "/tlp", ("ce-tlp", "purple")),
        Malformed("a mark nobody knows, structured", Json(",\"tlp\":\"white\""), "/tlp"),
        Malformed("a mark that is a number", Json(",\"tlp\":1"), "/tlp"),
        Binary("JSON that is none, in binary mode", "malformed", "/data") with { Body = "{\"a\":"u8.ToArray() },
        Binary("a member twice, in binary mode", "malformed", "/data") with { Body = "{\"a\":1,\"a\":2}"u8.ToArray() },
    ];

    public static TheoryData<IngestCase> Welcome() =>
    [
        Taken("B-13 a byte order mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Json(id: "bom"))]),
        Taken("B-08 a member called __proto__", Json(""","data":{"__proto__":{"a":1},"":2}""", "proto")),
        Taken("B-06 60 levels", Json($",\"data\":{new string('[', 60)}{new string(']', 60)}", "deep")),
        Taken("B-17 64 KiB", Padded(64 * 1024, "kib64")),
        Taken("B-18 256 KiB to the byte", Padded(256 * 1024, "kib256")),
        Taken("B-21 an empty batch", "[]", Batch),
        Taken("B-29 a type nobody knows", Json(id: "unknown")),
        Taken("B-29 an incident", With("type", "\"io.statushub.incident.v1\"", "incident", Incident)),
        Taken("B-29 a drill", With("type", "\"io.statushub.drill.v1\"", "drill")),
        Taken("B-28 below one's own name", With("source", "\"urn:statushub:org:alice:router-7\"", "below")),
        Taken("B-30 text that turns round, and emoji", Json(",\"subject\":\"a\\u202E\\u200B😀 ש\"", "bidi")),
        Taken("B-31 small letters", Json(",\"time\":\"2026-06-07t10:00:00z\"", "small")),
        Taken("B-31 a leap second", Json(",\"time\":\"2016-12-31T23:59:60Z\"", "leap")),
        Taken("B-31 17 digits of a second", Json(",\"time\":\"2026-06-07T10:00:00.12345678901234567Z\"", "digits")),
        Taken("B-32 the year 1", Json(",\"time\":\"0001-01-01T00:00:00Z\"", "year1")),
        Taken("B-32 1970", Json(",\"time\":\"1970-01-01T00:00:00Z\"", "y1970")),
        Taken("B-33 a long name", Json(",\"anamethatislongerthantwentycharacters\":\"a\"", "long")),
        Taken("B-34 64 extensions", Json(string.Concat(Enumerable.Range(0, 64).Select(n => $",\"ext{n}\":\"a\"")), "ext64")),
        Taken("B-36 numbers no double holds", Json(""","data":[1e400,-0,0.10000000000000000000001,18446744073709551616]""", "numbers")),
        Taken("B-39 text with a script in it", Json(""","datacontenttype":"text/html","data":"<script>alert(1)</script>" """, "html")),
        Taken("B-40 a schema at an address nobody should fetch", Json(""","dataschema":"http://169.254.169.254/" """, "schema")),
        Taken("B-42 headers beside a structured event", Json(id: "both")) with { Headers = [("ce-id", "%zz"), ("ce-specversion", "0.1")] },
        Taken("a media type in capitals", Json(id: "capitals"), "Application/CloudEvents+JSON; Charset=\"UTF-8\""),
        Binary("the trap of a client that names JSON and sends nothing", "", null, ("ce-id", "empty")) with { Status = 202, Body = [], ContentType = "application/json; charset=utf-8" },
        Binary("B-42 data that is itself an event's JSON", "", null, ("ce-id", "inner")) with { Status = 202, Body = Encoding.UTF8.GetBytes(Json()) },
        Binary("quotes and escapes as the binding has them", "", null, ("ce-id", "coded"), ("ce-subject", "\"Euro \\\"%E2%82%AC\\\"\"")) with { Status = 202 },
        Binary("bytes of no known kind", "", null, ("ce-id", "bytes")) with { Status = 202, Body = [0, 255, 128], ContentType = null },
        Binary("text in another charset", "", null, ("ce-id", "latin")) with { Status = 202, Body = [0xE9], ContentType = "text/plain; charset=iso-8859-1" },
    ];

    public static string Json(string more = "", string id = "a", string version = "\"1.0\"") =>
        $$"""{"specversion":{{version}},"id":"{{id}}","source":"{{Source}}","type":"{{Type}}"{{more}}}""";

    public static (string Name, string Value)[] Attributes(params (string Name, string? Value)[] changes)
    {
        var headers = new Dictionary<string, string?> { ["ce-specversion"] = "1.0", ["ce-id"] = "a", ["ce-source"] = Source, ["ce-type"] = Type };
        foreach (var (name, value) in changes)
        {
            headers[name] = value;
        }

        return [.. headers.Where(h => h.Value is not null).Select(h => (h.Key, h.Value!))];
    }

    private static string With(string name, string value, string id = "a", string more = "") => Json(more, id)
        .Replace(Original(name, id), $"\"{name}\":{value}", StringComparison.Ordinal);

    private static string Without(string name) => Json().Replace(Original(name, "a") + ",", "", StringComparison.Ordinal);

    private static string Original(string name, string id) => $"\"{name}\":\"{(name == "id" ? id : name == "source" ? Source : Type)}\"";

    private static string Padded(int bytes, string id = "a")
    {
        var empty = Json(",\"data\":\"\"", id);
        return empty.Insert(empty.Length - 2, new string('x', bytes - empty.Length));
    }

    private static IngestCase Time(string name, string value) => Malformed($"B-31 {name}", Json($",\"time\":\"{value}\""), "/time");

    private static IngestCase Malformed(string name, string body, string? place = null) => Event(name, body, "malformed", place);

    private static IngestCase Malformed(string name, byte[] body) => Event(name, body, "malformed");

    private static IngestCase Unspoken(string name, string? contentType = Structured) => Event(name, Json(), "unsupported-media-type", status: 415, contentType: contentType);

    private static IngestCase Taken(string name, string body, string contentType = Structured) => Event(name, body, "", status: 202, contentType: contentType);

    private static IngestCase Taken(string name, byte[] body) => Event(name, body, "", status: 202);

    private static IngestCase Event(string name, string body, string problem, string? place = null, int status = 400, string? contentType = Structured) =>
        Event(name, Encoding.UTF8.GetBytes(body), problem, place, status, contentType);

    private static IngestCase Event(string name, byte[] body, string problem, string? place = null, int status = 400, string? contentType = Structured) =>
        new(name, status, problem, body, contentType, []) { Place = place };

    private static IngestCase Events(string name, string body, string problem, string? place = null, int status = 400) =>
        Event(name, body, problem, place, status, Batch);

    private static IngestCase Binary(string name, string problem, string? place, params (string Name, string? Value)[] changes) =>
        new(name, 400, problem, "{\"a\":1}"u8.ToArray(), "application/json", Attributes(changes)) { Place = place };
}
