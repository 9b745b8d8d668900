using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using StatusHub.Domain.Catalog;
using StatusHub.Simulator.Faults;
using StatusHub.Simulator.Scenarios;
using StatusHub.Simulator.World;

namespace StatusHub.Simulator.Control;

/// <summary>
/// How the world is driven: <c>/control/models</c> and <c>/control/scenarios</c>. Wrong input is answered with a problem (RFC 9457)
/// whose <c>errors</c> go by JSON pointer; an unknown model or scenario with 404.
/// </summary>
internal static class ControlApi
{
    /// <summary>Longest name of a failure domain, in characters.</summary>
    private const int MaxDomainLength = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static void MapControl(this WebApplication app)
    {
        var control = app.MapGroup("/control");
        control.MapGet("/models", (HttpRequest request, LiveWorld world) =>
            TypedResults.Json(new ModelListView([.. world.Models.Select(m => ModelView.Of(m, world, request))]), SimulatorJson.Options));
        control.MapPut("/models/{provider}/{model}", PlaceFaults);
        control.MapGet("/scenarios", (LiveWorld world, ScenarioShelf shelf) =>
            TypedResults.Json(new ScenarioListView(world.Playing is { } playing ? PlaybackView.Of(playing, world) : null, shelf.Names()), SimulatorJson.Options));
        control.MapPost("/scenarios/{name}", PlayNamed);
        control.MapPost("/scenarios", PlayPosted);
        control.MapDelete("/scenarios", (LiveWorld world) =>
        {
            world.StopPlaying();
            return TypedResults.NoContent();
        });
    }

    private static async Task<IResult> PlaceFaults(string provider, string model, HttpRequest request, LiveWorld world)
    {
        if (!ModelId.TryParse($"{provider}/{model}", out var id) || world.Find(id) is not { } found)
        {
            return NotFound("unknown-model", $"{provider}/{model} is not a model of this world.");
        }

        try
        {
            if (await JsonNode.ParseAsync(request.Body, documentOptions: Strict) is not JsonObject body)
            {
                return Invalid("", "must be a JSON object");
            }

            body.Remove("domain", out var given);
            if (given is not null && (given.GetValueKind() != JsonValueKind.String || !IsDomain(given.GetValue<string>())))
            {
                return Invalid("/domain", $"must be 1 to {MaxDomainLength} characters of a-z, 0-9, . and -");
            }

            var faults = body.Deserialize<FaultSet>(SimulatorJson.Options)!;
            if (FaultRules.Problems(faults) is { Count: > 0 } problems)
            {
                return Invalid(problems);
            }

            world.Place(id, new PlacedFault(faults, given?.GetValue<string>()));
            return TypedResults.Json(ModelView.Of(found, world, request), SimulatorJson.Options);
        }
        catch (JsonException wrong)
        {
            return Invalid(Pointer(wrong), "is not of the kind asked for here");
        }
        catch (InvalidOperationException) // half a surrogate pair parses, but is no text
        {
            return Invalid("", "must be JSON text throughout");
        }
    }

    private static IResult PlayNamed(string name, HttpRequest request, LiveWorld world, ScenarioShelf shelf) =>
        shelf.Find(name) is { } scenario
            ? Play(scenario, request, world)
            : NotFound("unknown-scenario", $"There is no scenario of that name; there are {string.Join(", ", shelf.Names())}.");

    private static async Task<IResult> PlayPosted(HttpRequest request, LiveWorld world)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<Scenario>(request.Body, SimulatorJson.Options) is { } scenario
                ? Play(scenario, request, world)
                : Invalid("", "must be a scenario");
        }
        catch (JsonException wrong)
        {
            return Invalid(Pointer(wrong), "is not of the kind asked for here");
        }
    }

    private static IResult Play(Scenario scenario, HttpRequest request, LiveWorld world)
    {
        var given = request.Query["speed"].ToString();
        var speed = 1.0;
        if (given.Length > 0 && !(double.TryParse(given, out speed) && speed is >= Playback.MinSpeed and <= Playback.MaxSpeed))
        {
            return Invalid("/speed", $"must lie between {Playback.MinSpeed} and {Playback.MaxSpeed}");
        }

        return ScenarioRules.Problems(scenario, [.. world.Models.Select(m => m.Id)]) is { Count: > 0 } problems
            ? Invalid(problems)
            : TypedResults.Json(PlaybackView.Of(world.Play(scenario, speed), world), SimulatorJson.Options);
    }

    private static bool IsDomain(string text) =>
        text.Length is > 0 and <= MaxDomainLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');

    // The reader's path is $.phases[0].at; a pointer is /phases/0/at.
    private static string Pointer(JsonException wrong) =>
        (wrong.Path ?? "$").TrimStart('$').Replace("[", "/").Replace("]", "").Replace('.', '/');

    private static ProblemHttpResult NotFound(string type, string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound, title: "Not found", type: Type(type));

    private static ValidationProblem Invalid(string pointer, string rule) => Invalid(new() { [pointer] = [rule] });

    private static ValidationProblem Invalid(Dictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, title: "The input is wrong", type: Type("invalid-input"));

    private static string Type(string name) => $"urn:statushub:simulator:{name}";
}
