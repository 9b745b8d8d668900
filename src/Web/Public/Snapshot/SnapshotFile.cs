using System.Text.Json;

namespace StatusHub.Web.Public.Snapshot;

/// <summary>The last view on disk: a node that starts without its database shows that, and says how old it is.</summary>
public sealed class SnapshotFile(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private string Path => System.IO.Path.Combine(folder, "public-view.json");

    /// <summary>Writes beside, makes it durable, then renames: a crash leaves the old file or the new one, never half of one.</summary>
    public async Task SaveAsync(HubView view, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var beside = Path + ".new";
        await using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, 65_536, FileOptions.Asynchronous))
        {
            await JsonSerializer.SerializeAsync(file, view, Json, cancel);
            await file.FlushAsync(cancel);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, Path, overwrite: true);
    }

    /// <summary>The last view saved; null when there is none that can be read.</summary>
    public async Task<HubView?> LoadAsync(CancellationToken cancel)
    {
        try
        {
            await using var file = File.OpenRead(Path);
            return await JsonSerializer.DeserializeAsync<HubView>(file, Json, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
