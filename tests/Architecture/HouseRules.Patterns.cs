using System.Text.RegularExpressions;

namespace StatusHub.Architecture;

public static partial class HouseRules
{
    private const int MatchMilliseconds = 5_000;

    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(MatchMilliseconds);

    [GeneratedRegex(@"\b(Microsoft\.EntityFrameworkCore|Npgsql)\b", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex StorageName();

    // Identity's user and data protection are libraries without HTTP.
    [GeneratedRegex(@"\b(Microsoft\.AspNetCore(?!\.(Identity|DataProtection)\b)|Quartz|System\.Net\.Http)\b", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex WebName();

    // Not "Models": here those are what is watched.
    [GeneratedRegex(@"(?<=/)(Services|Helpers|Utils|Utilities|Managers)(?=/)", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex KindFolder();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w*(Services?|Helpers?|Utils?|Utilities|Managers?)\b", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex KindType();

    [GeneratedRegex(@"\binterface\s+(?<name>I[A-Z]\w*)", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex InterfaceDeclaration();

    [GeneratedRegex(@"\bcatch\s*(\([^)]*\)\s*)?(when\s*\([^{]*\)\s*)?\{\s*\}", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\b(TODO|FIXME|NotImplementedException)\b", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"(?<![\w./-])/(work|root|home/\w+|Users/\w+)/[^\s""']*|C:\\Users\\\w+", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"""resolved""\s*:\s*""https?://|\bv3/index\.json\b|<add\s+key=[^>]*\bvalue=""https?://", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, MatchMilliseconds)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"<(?<kind>PackageReference|PackageVersion|PackageDownload|GlobalPackageReference)\b[^>]*>", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex PackageLine();

    [GeneratedRegex(@"\bVersion(?:Override)?=""(?<version>[^""]*)""", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex VersionAttribute();

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[\w.]+)?$", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"^\[(\d+\.\d+\.\d+|\$\(\w+\))\]$", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex ExactDownload();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline, MatchMilliseconds)]
    private static partial Regex LineComment();
}
