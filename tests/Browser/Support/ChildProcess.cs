using System.Collections.Concurrent;
using System.Diagnostics;

namespace StatusHub.Browser.Support;

/// <summary>A program of this checkout in a process of its own; what it prints can be waited for.</summary>
public sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly List<(string Beginning, TaskCompletionSource<string> Told)> _waiting = [];

    private ChildProcess(Process process) => _process = process;

    /// <param name="project">A project below <c>src</c>; it is run from its build output, in its own folder.</param>
    public static ChildProcess Start(string project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "bin", Configuration, "net10.0", $"StatusHub.{project}.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Hear(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Hear(line.Data);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>What follows <paramref name="beginning"/> in the first line that starts with it.</summary>
    /// <exception cref="TimeoutException">No such line was printed; the message holds what was.</exception>
    public async Task<string> SaysAsync(string beginning)
    {
        var rest = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_said.FirstOrDefault(l => l.StartsWith(beginning, StringComparison.Ordinal)) is { } before)
            {
                return before[beginning.Length..];
            }

            _waiting.Add((beginning, rest));
        }

        try
        {
            return await rest.Task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"'{beginning}' was not printed within {Patience.TotalSeconds} s. Printed: {string.Join('\n', _said)}", late);
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_waiting)
        {
            _said.Enqueue(line);
            foreach (var (beginning, rest) in _waiting.Where(w => line.StartsWith(w.Beginning, StringComparison.Ordinal)))
            {
                rest.TrySetResult(line[beginning.Length..]);
            }
        }
    }

    // bin/Release/net10.0 of the tests goes with bin/Release/net10.0 of the programs.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
