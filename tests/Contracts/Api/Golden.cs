using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StatusHub.Contracts.Api;

/// <summary>Answers that outsiders rely on, kept as files. With <c>STATUSHUB_WRITE_GOLDENS=1</c> they are written instead of compared.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Shown = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Matches(string name, JsonNode actual)
    {
        var path = Path.Combine(Folder(), name + ".json");
        var text = actual.ToJsonString(Shown) + "\n";
        if (Environment.GetEnvironmentVariable("STATUSHUB_WRITE_GOLDENS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"There is no golden file {name}.json.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "StatusHub.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "Contracts", "Api", "Golden");
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
