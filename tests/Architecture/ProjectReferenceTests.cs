using System.Xml.Linq;

namespace StatusHub.Architecture;

/// <summary>Which project may see which. Probes and Feed meet only in what Domain defines.</summary>
public sealed class ProjectReferenceTests
{
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "src/Domain/Domain.csproj", [] },
        { "src/Probes/Probes.csproj", ["Domain"] },
        { "src/Feed/Feed.csproj", ["Domain"] },
        { "migrations/Migrations.csproj", ["Domain"] },
        { "src/Web/Web.csproj", ["Domain", "Feed", "Migrations", "Probes"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_project_sees_exactly_what_the_design_lets_it_see(string project, string[] expected) =>
        Assert.Equal(expected, References(project));

    [Fact]
    public void The_simulator_sees_the_domain_at_most() =>
        Assert.Empty(References("src/Simulator/Simulator.csproj").Except(["Domain"]));

    [Fact]
    public void No_source_project_was_forgotten_here()
    {
        var known = Allowed.Select(row => row.Data.Item1).Append("src/Simulator/Simulator.csproj").Order(StringComparer.Ordinal);
        var found = SourceTree.Files.Select(f => f.Path)
            .Where(p => p.EndsWith(".csproj", StringComparison.Ordinal) && (p.StartsWith("src/", StringComparison.Ordinal) || p == "migrations/Migrations.csproj"));
        Assert.Equal(known, found.Order(StringComparer.Ordinal));
    }

    private static string[] References(string project) =>
        [.. XDocument.Parse(SourceTree.Files.Single(f => f.Path == project).Text)
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal)];
}
