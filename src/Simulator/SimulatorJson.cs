using System.Text.Json;
using System.Text.Json.Serialization;

namespace StatusHub.Simulator;

/// <summary>How scenario files and control bodies are read: camelCase, and a misspelt field is an error, not a healthy model.</summary>
public static class SimulatorJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
    };
}
