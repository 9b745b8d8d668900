using System.Text.Json;

namespace StatusHub.Simulator.Scenarios;

/// <summary>The scenario files of a folder, by the name their file has.</summary>
public sealed class ScenarioShelf(string folder)
{
    public IReadOnlyList<string> Names() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// The scenario of that name; null when there is none. A name is looked up among the files there are, so it cannot leave the folder.
    /// </summary>
    /// <exception cref="JsonException">The file is not a scenario.</exception>
    public Scenario? Find(string name) => Names().Contains(name, StringComparer.Ordinal)
        ? JsonSerializer.Deserialize<Scenario>(File.ReadAllBytes(Path.Combine(folder, name + ".json")), SimulatorJson.Options)
        : null;
}
