namespace StatusHub.Architecture;

/// <summary>One file of the checkout. <paramref name="Path"/> is relative to the root, with forward slashes.</summary>
public sealed record SourceFile(string Path, string Text)
{
    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal) || Path.EndsWith(".razor", StringComparison.Ordinal);

    public int Lines => Text.Count(c => c == '\n');

    public bool IsBelow(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}

/// <summary>What the repository holds, without what builds, runs and version control leave in it.</summary>
public static class SourceTree
{
    private static readonly string[] Left = ["bin", "obj", ".git", ".statushub", "node_modules", "TestResults", "artifacts", "_framework"];

    private static readonly string[] Binary = [".png", ".ico", ".woff2", ".gz", ".br", ".zip", ".pdf", ".dll"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static IReadOnlyList<SourceFile> Files { get; } = [.. Read(new DirectoryInfo(Root))];

    private static string Find(string start)
    {
        var folder = new DirectoryInfo(start);
        while (!File.Exists(Path.Combine(folder.FullName, "StatusHub.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"There is no StatusHub.sln in {start} or any folder above it.");
        }

        return folder.FullName;
    }

    private static IEnumerable<SourceFile> Read(DirectoryInfo folder)
    {
        var here = folder.EnumerateFiles()
            .Where(f => f.Name != ".git" && !Binary.Contains(f.Extension))
            .Select(f => new SourceFile(Path.GetRelativePath(Root, f.FullName).Replace('\\', '/'), File.ReadAllText(f.FullName)));
        var below = folder.EnumerateDirectories().Where(d => !Left.Contains(d.Name)).SelectMany(Read);
        return here.Concat(below);
    }
}
