namespace StatusHub.Architecture;

/// <summary>The house keeps its rules, and each rule is shown a file that breaks it: a guard that cannot go red guards nothing.</summary>
public sealed class TidyTests
{
    public delegate IEnumerable<string> Rule(IEnumerable<SourceFile> files);

    public static TheoryData<string> Rules => [.. ByName.Keys];

    /// <summary>Path, text, and the rule it breaks.</summary>
    public static TheoryData<string, string, string> Offenders => new()
    {
        { "src/Feed/Log.cs", "using Npgsql;", "storage" },
        { "src/Web/Api/X.cs", "void F(Microsoft.EntityFrameworkCore.DbContext db) { }", "storage" },
        { "src/Domain/Judging/X.cs", "using System.Net.Http;", "domain" },
        { "src/Domain/Catalog/X.cs", "using Quartz;", "domain" },
        { "src/Domain/Catalog/X.cs", "using Microsoft.AspNetCore.Http;", "domain" },
        { "src/Web/Long.razor", new string('\n', HouseRules.LongestFile + 1), "length" },
        { "src/Web/Program.cs", new string('\n', HouseRules.LongestProgram + 1), "length" },
        { "src/Web/Services/Mail.cs", "", "kinds" },
        { "src/Feed/X.cs", "internal static class TimeHelper;", "kinds" },
        { "src/Feed/X.cs", "public sealed record ProbeManager(int X);", "kinds" },
        { "src/Feed/X.cs", "interface IClock { }\nclass A : IClock { }", "interfaces" },
        { "src/Feed/X.cs", "interface IClock { }\nclass A(int b) : Base(b), IClock { }\nclass B(IClock c) : Base { }", "interfaces" },
        { "src/Feed/X.cs", "try { } catch { }", "catches" },
        { "src/Feed/X.cs", "try { } catch (IOException e) when (e.HResult == 1)\n{\n}", "catches" },
        { "src/Feed/X.cs", "throw new NotImplementedException();", "unfinished" },
        { "run", "# TODO later", "unfinished" },
        { "run", "cd /home/somebody/statushub", "machine" },
        { "README.md", "see /wo" + "rk/notes.md", "machine" },
        { "tests/Browser/package-lock.json", "\"resolved\": \"https://packages.example/x\"", "registries" },
        { "Directory.Packages.props", """<PackageVersion Include="Npgsql" Version="10.*" />""", "versions" },
        { "Directory.Packages.props", """<PackageVersion Include="Npgsql" Version="[10.0.0,11)" />""", "versions" },
        { "src/Web/Web.csproj", """<PackageReference Include="Npgsql" Version="10.0.0" />""", "versions" },
        { "src/Web/Web.csproj", """<PackageDownload Include="Npgsql" Version="10.0.0" />""", "versions" },
    };

    /// <summary>What comes near to breaking a rule, and does not.</summary>
    public static TheoryData<string, string, string> Neighbours => new()
    {
        { "src/Domain/Storage/Log.cs", "using Npgsql;", "storage" },
        { "src/Domain/Storage/X.cs", "using Microsoft.AspNetCore.Http;", "domain" },
        { "src/Domain/Tenancy/X.cs", "using Microsoft.AspNetCore.Identity;", "domain" },
        { "src/Feed/X.cs", "class Delivery : BackgroundService;", "kinds" },
        { "src/Feed/X.cs", "interface IProbe { }\nclass A : IProbe { }\nsealed record B(int X) : IProbe;", "interfaces" },
        { "src/Web/Live/X.cs", "interface ILiveClient { }\nclass LiveHub : Hub<ILiveClient> { }", "interfaces" },
        { "src/Feed/X.cs", "catch (OperationCanceledException) { /* shutting down */ }", "catches" },
        { "src/Web/X.razor", "<a href=\"/o/home/ro" + "ot/\">", "machine" },
        { "src/Web/Web.csproj", """<PackageDownload Include="Npgsql" Version="[10.0.0]" />""", "versions" },
    };

    private static readonly Dictionary<string, Rule> ByName = new(StringComparer.Ordinal)
    {
        ["storage"] = HouseRules.StorageOutsideItsFolders,
        ["domain"] = HouseRules.WebInTheDomain,
        ["length"] = HouseRules.TooLong,
        ["kinds"] = HouseRules.KindsOfClass,
        ["interfaces"] = HouseRules.InterfacesWithOneImplementation,
        ["catches"] = HouseRules.EmptyCatches,
        ["unfinished"] = HouseRules.Unfinished,
        ["machine"] = HouseRules.PlacesOfOneMachine,
        ["registries"] = HouseRules.RegistryHosts,
        ["versions"] = HouseRules.LooseVersions,
    };

    // The patterns and the offenders above would find themselves.
    private static readonly SourceFile[] Judged = [.. SourceTree.Files.Where(f => !(f.IsBelow("tests/Architecture") && f.IsCode))];

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_repository_keeps_the_rule(string rule) => Assert.Empty(ByName[rule](Judged));

    [Theory]
    [MemberData(nameof(Offenders))]
    public void A_file_that_breaks_a_rule_is_found(string path, string text, string rule) =>
        Assert.NotEmpty(ByName[rule]([new SourceFile(path, text)]));

    [Theory]
    [MemberData(nameof(Neighbours))]
    public void A_file_that_keeps_it_is_left_alone(string path, string text, string rule) =>
        Assert.Empty(ByName[rule]([new SourceFile(path, text)]));

    [Fact]
    public void The_repository_was_read() => Assert.Contains(SourceTree.Files, f => f.Path == "src/Web/Program.cs");

    [Fact]
    public void An_exception_to_a_rule_is_struck_out_once_it_is_not_needed()
    {
        Assert.All(HouseRules.StorageGuests, path => Assert.NotEmpty(HouseRules.NamesOfStorage(SourceTree.Files.Where(f => f.Path == path))));
        Assert.All(HouseRules.LongFiles, entry => Assert.Contains(SourceTree.Files, f => f.Path == entry.Key && f.Lines > HouseRules.LongestFile));
        Assert.All(HouseRules.LoneInterfaces, entry => Assert.Contains(SourceTree.Files, f => f.Text.Contains($"interface {entry.Key}", StringComparison.Ordinal)));
    }
}
