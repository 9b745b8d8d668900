using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace StatusHub.Contracts;

/// <summary>Programs of others, run as their users run them.</summary>
internal static class ForeignProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Where the packages are that <c>./test</c> fetches; without them the test is skipped.</summary>
    public static string NodeModules()
    {
        var modules = Environment.GetEnvironmentVariable("STATUSHUB_NODE_MODULES");
        Assert.SkipWhen(string.IsNullOrEmpty(modules), "STATUSHUB_NODE_MODULES is not set; ./test fetches the packages and sets it.");
        return modules!;
    }

    /// <summary>Runs a program to its end; one that is not installed skips the test.</summary>
    /// <param name="input">What it is given on standard input.</param>
    public static async Task<(int Code, string Said, string Complained)> RunAsync(
        string program, IEnumerable<string> arguments, string input = "", params (string Name, string Value)[] environment)
    {
        using var process = Start(program, arguments, environment);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await said, await complained);
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no {program} here.");
            throw;
        }
    }
}
