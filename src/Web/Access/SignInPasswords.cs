using System.Collections.Frozen;
using Microsoft.AspNetCore.Identity;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

/// <summary>
/// Passwords by OWASP ASVS 5.0, 6.2: length alone, any characters, no forced change; refused are only those an attacker tries
/// first (common ones, patterns, the account's own name).
/// </summary>
public sealed class PasswordRules : IPasswordValidator<Member>
{
    public const int MinLength = 12;

    /// <summary>Far above the 64 that ASVS asks to allow; a bound all the same, because hashing reads every character.</summary>
    public const int MaxLength = 256;

    /// <summary>Shortest part of an address that is looked for inside the password: shorter ones occur by chance.</summary>
    private const int TellingName = 4;

    /// <summary>Longest unit whose mere repetition does not make a password.</summary>
    private const int LongestUnit = 4;

    /// <summary>Roots of the passwords that leaked lists begin with; digits, marks and case around and between them do not help.</summary>
    private static readonly FrozenSet<string> Common = FrozenSet.ToFrozenSet(
    [
        "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "passwordpassword", "mypassword", "password is password", "changeme",
        "changemenow", "letmein", "letmeinnow", "welcome", "welcomehome", "administrator", "admin", "adminadmin", "root", "rootroot", "qwerty",
        "qwertyuiop", "qwertyqwerty", "qwertyuiopasdf", "asdfghjkl", "asdfghjklqwerty", "zxcvbnm", "qazwsx", "qazwsxedc", "qazwsxedcrfv", "iloveyou", "iloveyousomuch",
        "princess", "sunshine", "football", "baseball", "basketball", "superman", "batman", "dragon", "monkey", "shadow", "master", "trustno", "abc", "test",
        "testtest", "secret", "topsecret", "statushub", "statuspage", "status", "correcthorsebatterystaple", "thisismypassword", "whatever", "starwars", "computer",
        "michelle", "jennifer", "charlie", "liverpool", "chelsea", "manchester", "leonardo", "unknown", "default", "guest", "login", "internet", "samsung", "summer", "winter", "spring", "autumn",
    ], StringComparer.Ordinal);

    /// <summary>What is wrong with a password, in words for its owner; null when nothing is.</summary>
    /// <param name="account">The account's e-mail address.</param>
    public static string? Fault(string password, string? account) =>
        password.Length < MinLength ? $"Use at least {MinLength} characters. A few unrelated words are easy to keep in mind."
        : password.Length > MaxLength ? $"Use at most {MaxLength} characters."
        : IsPattern(password) ? "This is a pattern that is tried first. Use a few unrelated words."
        : IsCommon(password) ? "This is one of the passwords that are tried first. Use a few unrelated words."
        : NamesAccount(password, account) ? "Leave your own address out of the password."
        : null;

    public Task<IdentityResult> ValidateAsync(UserManager<Member> manager, Member user, string? password) =>
        Task.FromResult(Fault(password ?? "", user.Email) is { } fault
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = fault })
            : IdentityResult.Success);

    private static bool IsPattern(string password)
    {
        for (var unit = 1; unit <= LongestUnit; unit++)
        {
            if (Enumerable.Range(unit, password.Length - unit).All(i => password[i] == password[i - unit]))
            {
                return true;
            }
        }

        var steps = password.Zip(password.Skip(1), (a, b) => b - a).ToArray();
        return steps.All(step => step is 1 or -9) || steps.All(step => step is -1 or 9);
    }

    private static bool IsCommon(string password)
    {
        var lower = password.ToLowerInvariant();
        var letters = new string([.. lower.Where(char.IsLetter)]);
        return Common.Contains(lower) || Common.Contains(letters) || (letters.Length == 0 && lower.StartsWith("123456", StringComparison.Ordinal))
            || Common.Contains(new string([.. lower.TrimEnd("0123456789!?.*#$-_ ".ToCharArray())]));
    }

    private static bool NamesAccount(string password, string? account) =>
        account?.Split('@')[0] is { Length: >= TellingName } name && password.Contains(name, StringComparison.OrdinalIgnoreCase);
}
