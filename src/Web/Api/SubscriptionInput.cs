using System.Text.Json;
using System.Text.Json.Nodes;
using StatusHub.Feed;
using StatusHub.Feed.CloudEvents.Filters;
using StatusHub.Feed.Streams;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Feed.Webhooks;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>
/// Reads the object of the CloudEvents Subscriptions API (0.1-wip) and its <c>config</c>, strictly, into the form that is stored.
/// What only the hub may say (<c>id</c>, <c>status</c>) is passed over, so that an answer can be changed and sent back.
/// </summary>
internal sealed class SubscriptionInput(JsonElement root, TargetGuard guard, HubAddress hub)
{
    public const int MaxTypes = 100;
    public const int MaxTypeLength = 256;
    public const int MaxSourceLength = 2_048;
    public const int MaxNameLength = 100;
    public const int MaxBatchSize = 100;

    private const string CloudEvents = "cloudevents";

    private static readonly string[] Modes = ["structured", "binary", "batch"];
    private static readonly string[] Signatures = ["v1", "v1a", "v1,v1a"];

    private readonly List<InputError> _errors = [];
    private readonly JsonObject _stored = [];

    /// <param name="isNew">Whether <c>config.startafter</c> may be said: later a replay moves it.</param>
    public (SubscriptionWish? Wish, IReadOnlyList<InputError> Errors) Read(bool isNew)
    {
        var input = JsonInput.Of(root, _errors);
        input.Raw("id");
        input.Raw("status");
        ReadSink(input);
        ReadTypesAndSource(input);
        ReadFilters(input);
        var (credentialGiven, authorization) = SinkCredential.Read(input, _errors);
        if (SinkHeaders.Read(input, _errors) is { } settings)
        {
            _stored["protocolsettings"] = settings;
        }

        var startAfter = ReadConfig(input, isNew);
        input.RejectRest();
        return _errors.Count > 0
            ? (null, _errors)
            : (new SubscriptionWish(_stored.ToJsonString(), credentialGiven, authorization, startAfter), _errors);
    }

    /// <summary>The rule a target breaks, without a word about any network.</summary>
    public static string RuleOf(TargetRefusal refusal) => refusal switch
    {
        TargetRefusal.TooLong => $"An address is at most {TargetGuard.MaxUrlLength} characters.",
        TargetRefusal.Scheme => "The address must begin with https://.",
        TargetRefusal.UserInfo => "The address must not hold a user name or password: use sinkcredential.",
        TargetRefusal.Port => "The hub does not deliver to this port: use 443, or one above 1023 that is not a database's.",
        TargetRefusal.Host => "The hub does not deliver to this host.",
        _ => "An absolute address is expected, such as https://example.org/hooks.",
    };

    private void ReadSink(JsonInput input)
    {
        var sink = input.String("sink");
        if (guard.TryAdmit(sink, out var target, out var refusal) && hub.IsAt(target))
        {
            Wrong("/sink", "self-target", "This is the hub itself: its events are in its log already.");
        }
        else if (target is not null)
        {
            _stored["sink"] = target.AbsoluteUri;
        }
        else
        {
            Wrong("/sink", sink is null ? "required" : refusal.ToString().ToLowerInvariant(), sink is null ? "Is required." : RuleOf(refusal));
        }

        if (input.String("protocol") is not "HTTP")
        {
            Wrong("/protocol", "unknown", "Must be HTTP, in capitals.");
        }

        _stored["protocol"] = "HTTP";
    }

    private void ReadTypesAndSource(JsonInput input)
    {
        if (input.Strings("types") is { Count: > 0 } types)
        {
            if (types.Count > MaxTypes || types.Any(t => t.Length is 0 or > MaxTypeLength))
            {
                Wrong("/types", "length", $"At most {MaxTypes} types of 1 to {MaxTypeLength} characters.");
            }

            _stored["types"] = new JsonArray([.. types.Distinct(StringComparer.Ordinal).Select(t => (JsonNode)t)]);
        }

        if (input.String("source") is { } source)
        {
            if (source.Length is 0 or > MaxSourceLength)
            {
                Wrong("/source", "length", $"1 to {MaxSourceLength} characters.");
            }

            _stored["source"] = source;
        }
    }

    private void ReadFilters(JsonInput input)
    {
        var filters = input.Raw("filters");
        if (!FilterReader.TryRead(filters, out _, out var error))
        {
            Wrong("/filters" + error.Path, "filter", error.Detail);
        }
        else if (filters.ValueKind == JsonValueKind.Array)
        {
            _stored["filters"] = JsonNode.Parse(filters.GetRawText());
        }
    }

    private long? ReadConfig(JsonInput input, bool isNew)
    {
        var config = input.Object("config");
        var stored = new JsonObject();
        _stored["config"] = stored;
        if (config?.String("name") is { } name)
        {
            if (name.Length > MaxNameLength)
            {
                Wrong("/config/name", "length", $"At most {MaxNameLength} characters.");
            }

            stored["name"] = name;
        }

        var format = OneOf(config, "format", PayloadFormats.Names, CloudEvents);
        var mode = OneOf(config, "mode", Modes, Modes[0]);
        var size = config?.Integer("maxbatchsize");
        if (size is < 1 or > MaxBatchSize || (size is > 1 && mode != "batch"))
        {
            Wrong("/config/maxbatchsize", "range", $"1 to {MaxBatchSize}, and only in batch mode.");
        }

        if (format != CloudEvents && mode != Modes[0])
        {
            Wrong("/config/mode", "format", $"Only the format {CloudEvents} has modes.");
        }

        stored["format"] = format;
        stored["mode"] = mode;
        stored["maxbatchsize"] = mode == "batch" ? size ?? MaxBatchSize : 1;
        stored["signature"] = OneOf(config, "signature", Signatures, Signatures[0]);
        var startAfter = ReadStart(config, isNew);
        config?.RejectRest();
        return startAfter;
    }

    private long? ReadStart(JsonInput? config, bool isNew)
    {
        if (config?.String("startafter") is not { } cursor)
        {
            return null;
        }

        if (!isNew)
        {
            Wrong("/config/startafter", "unknown", "Only a new subscription has a start: use replay to move this one.");
        }
        else if (LogCursor.TryParse(cursor, out var position))
        {
            return position;
        }
        else
        {
            Wrong("/config/startafter", "format", "This is no cursor of this feed.");
        }

        return null;
    }

    private string OneOf(JsonInput? config, string name, IReadOnlyList<string> known, string usual)
    {
        var given = config?.String(name);
        if (given is null || known.Contains(given))
        {
            return given ?? usual;
        }

        Wrong("/config/" + name, "unknown", $"Must be one of {string.Join(" | ", known)}.");
        return usual;
    }

    private void Wrong(string path, string code, string detail)
    {
        if (_errors.Count < JsonInput.MaxErrors && !_errors.Exists(e => e.Path == path))
        {
            _errors.Add(new InputError(path, code, detail)); // a member of the wrong type is already reported and not also missing
        }
    }
}
