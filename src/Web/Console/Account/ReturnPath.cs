namespace StatusHub.Web.Console.Account;

/// <summary>Where to go after signing in: only back into the console, whatever the address bar asked for.</summary>
public static class ReturnPath
{
    private const string Console = "/console";

    public static string Of(string? asked) =>
        asked is not null && (asked == Console || asked.StartsWith(Console + "/", StringComparison.Ordinal) || asked.StartsWith(Console + "?", StringComparison.Ordinal))
        && !asked.Contains('\\')
            ? asked
            : Console;
}
