using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Console;

/// <summary>Limits of the interactive console (configuration section <c>Console</c>). A circuit holds about 250 KB on the node.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Windows one member may have connected at once.</summary>
    [Range(1, 1_000)]
    public int CircuitsPerMember { get; set; } = 5;

    /// <summary>Windows a node serves at once.</summary>
    [Range(1, 100_000)]
    public int Circuits { get; set; } = 2_000;

    /// <summary>Seconds a node keeps the state of a window whose connection was lost.</summary>
    [Range(5, 600)]
    public int KeepDisconnectedSeconds { get; set; } = 120;

    /// <summary>Least time between two redraws of a window, in milliseconds: changes in between are drawn together.</summary>
    [Range(50, 10_000)]
    public int RedrawMilliseconds { get; set; } = 400;
}
