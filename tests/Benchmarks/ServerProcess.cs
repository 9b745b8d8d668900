using System.Diagnostics;

namespace StatusHub.Benchmarks;

/// <summary>This program again, as a server in a process of its own; it says its address on a line of its own.</summary>
internal sealed class ServerProcess(Process process, Uri url) : IDisposable
{
    public Uri Url => url;

    /// <summary>Processor time it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<ServerProcess> StartAsync(string name, string argument)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [name, argument])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{name} did not start.");
            if (Uri.TryCreate(line, UriKind.Absolute, out var url)) // a hub also greets people, before or after
            {
                return new ServerProcess(process, url);
            }
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
