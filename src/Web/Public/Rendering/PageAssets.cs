using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace StatusHub.Web.Public.Rendering;

/// <summary>Addresses of the stylesheet, script and mark, each with a hash of its content, so that they may be cached for a year.</summary>
public sealed record PageAssets(string Stylesheet, string Script, string Mark)
{
    /// <summary>Characters of the hash that go into the address.</summary>
    private const int HashLength = 12;

    /// <param name="files">The web root, holding <c>public.css</c>, <c>public.js</c> and <c>favicon.svg</c>.</param>
    /// <exception cref="FileNotFoundException">One of them is missing: the build is broken.</exception>
    public static PageAssets From(IFileProvider files) =>
        new(Address(files, "public.css"), Address(files, "public.js"), Address(files, "favicon.svg"));

    private static string Address(IFileProvider files, string name)
    {
        using var stream = files.GetFileInfo(name).CreateReadStream();
        return $"/{name}?v={Convert.ToHexStringLower(SHA256.HashData(stream))[..HashLength]}";
    }
}
