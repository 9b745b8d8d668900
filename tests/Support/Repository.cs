namespace StatusHub.Support;

/// <summary>The checkout these tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>StatusHub.sln</c>, found upwards from the test's own binaries.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "StatusHub.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no StatusHub.sln in {start} or any folder above it.");
    }
}
