namespace StatusHub.Browser.Support;

/// <summary>Scripts <c>./test</c> fetches for the tests to run inside pages.</summary>
public static class NodeScripts
{
    /// <summary>The script's text; without the packages (no Node.js) the test is skipped.</summary>
    /// <param name="path">Below <c>node_modules</c>.</param>
    public static string Read(string path)
    {
        var modules = Environment.GetEnvironmentVariable("STATUSHUB_NODE_MODULES");
        Assert.SkipWhen(string.IsNullOrEmpty(modules), "STATUSHUB_NODE_MODULES is not set; ./test fetches the packages and sets it.");
        return File.ReadAllText(Path.Combine(modules!, path));
    }
}
