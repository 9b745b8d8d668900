using System.Text.RegularExpressions;

namespace StatusHub.Architecture;

/// <summary>
/// The house rules that a text can break, each a pure function from files to findings (<c>path: what</c>), so that every one
/// can be shown a file that breaks it.
/// </summary>
public static partial class HouseRules
{
    public const int LongestFile = 400;
    public const int LongestProgram = 25;

    /// <summary>The only folders that may name EF Core or Npgsql: the store, its migrations, and the sign-in stores.</summary>
    public static readonly string[] StorageFolders = ["src/Domain/Storage", "src/Web/Access", "migrations"];

    /// <summary>Files that name EF Core or Npgsql outside those folders: a ratchet, to be emptied. No new ones.</summary>
    public static readonly string[] StorageGuests =
    [
        "src/Probes/Scheduling/EndpointProbing.cs",
        "src/Probes/Scheduling/ProbeSchedule.cs",
        "src/Web/Endpoints/EndpointRegistry.cs",
        "src/Web/Public/Snapshot/ViewBuilder.cs",
        "src/Web/Start/FirstRows.cs",
        "src/Web/Start/WatchList.cs",
    ];

    /// <summary>Interfaces of src with one implementation there, each with the reason it stays.</summary>
    public static readonly IReadOnlyDictionary<string, string> LoneInterfaces = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Files longer than <see cref="LongestFile"/>, with the length they may not exceed: a ratchet, to be emptied.</summary>
    public static readonly IReadOnlyDictionary<string, int> LongFiles = new Dictionary<string, int>(StringComparer.Ordinal);

    public static IEnumerable<string> StorageOutsideItsFolders(IEnumerable<SourceFile> files) =>
        NamesOfStorage(files.Where(f => f.IsBelow("src") && !StorageFolders.Any(f.IsBelow) && !StorageGuests.Contains(f.Path)));

    public static IEnumerable<string> NamesOfStorage(IEnumerable<SourceFile> files) =>
        Matches(files.Where(f => f.IsCode), StorageName());

    public static IEnumerable<string> WebInTheDomain(IEnumerable<SourceFile> files) =>
        Matches(files.Where(f => f.IsBelow("src/Domain") && f.IsCode && !f.IsBelow("src/Domain/Storage")), WebName());

    public static IEnumerable<string> TooLong(IEnumerable<SourceFile> files) =>
        from file in files
        where (file.IsCode && !file.IsBelow("migrations") && file.Lines > LongFiles.GetValueOrDefault(file.Path, LongestFile))
            || (file.Path.EndsWith("/Program.cs", StringComparison.Ordinal) && file.IsBelow("src") && file.Lines > LongestProgram)
        select $"{file.Path}: {file.Lines} lines";

    public static IEnumerable<string> KindsOfClass(IEnumerable<SourceFile> files)
    {
        foreach (var file in files.Where(f => f.IsCode))
        {
            if (KindFolder().Match(file.Path) is { Success: true } folder)
            {
                yield return $"{file.Path}: {folder.Value}";
            }

            foreach (Match type in KindType().Matches(Code(file)))
            {
                yield return $"{file.Path}: {type.Value}";
            }
        }
    }

    public static IEnumerable<string> InterfacesWithOneImplementation(IEnumerable<SourceFile> files)
    {
        var code = files.Where(f => f.IsBelow("src") && f.IsCode).Select(f => (f.Path, Text: Code(f))).ToList();
        foreach (var (path, text) in code)
        {
            foreach (var name in InterfaceDeclaration().Matches(text).Select(m => m.Groups["name"].Value))
            {
                var implements = new Regex($@"\b(class|record|struct)\b[^{{;]*?[\w)>]\s*:[^{{;]*\b{name}\b", RegexOptions.None, MatchTime);
                var isHubClient = code.Any(f => f.Text.Contains($"Hub<{name}>", StringComparison.Ordinal));
                if (!isHubClient && !LoneInterfaces.ContainsKey(name) && code.Sum(f => implements.Count(f.Text)) < 2)
                {
                    yield return $"{path}: {name} has fewer than two implementations";
                }
            }
        }
    }

    public static IEnumerable<string> EmptyCatches(IEnumerable<SourceFile> files) =>
        Matches(files.Where(f => f.IsCode), EmptyCatch());

    public static IEnumerable<string> Unfinished(IEnumerable<SourceFile> files) =>
        Matches(files, UnfinishedMark());

    public static IEnumerable<string> PlacesOfOneMachine(IEnumerable<SourceFile> files) =>
        Matches(files, MachinePath());

    public static IEnumerable<string> RegistryHosts(IEnumerable<SourceFile> files) =>
        Matches(files, RegistryHost());

    public static IEnumerable<string> LooseVersions(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Path.EndsWith("proj", StringComparison.Ordinal) || file.Path.EndsWith(".props", StringComparison.Ordinal)
            || file.Path.EndsWith(".targets", StringComparison.Ordinal)
        from Match package in PackageLine().Matches(file.Text)
        where !IsPinned(package)
        select $"{file.Path}: {package.Value}";

    // Versions stand in Directory.Packages.props, exact; a download names its own, in exact brackets or by a property.
    private static bool IsPinned(Match package)
    {
        var version = VersionAttribute().Match(package.Value).Groups["version"].Value;
        return package.Groups["kind"].Value switch
        {
            "PackageReference" => version.Length == 0,
            "PackageVersion" => ExactVersion().IsMatch(version),
            _ => ExactDownload().IsMatch(version),
        };
    }

    private static IEnumerable<string> Matches(IEnumerable<SourceFile> files, Regex rule) =>
        from file in files from Match match in rule.Matches(file.Text) select $"{file.Path}: {match.Value.Trim()}";

    // Line comments would otherwise declare types in prose.
    private static string Code(SourceFile file) => LineComment().Replace(file.Text, "");
}
