using System.ComponentModel.DataAnnotations;

namespace StatusHub.Web.Access;

/// <summary>Limits of signing in and of being signed in (configuration section <c>SignIn</c>).</summary>
public sealed class SignInLimits
{
    /// <summary>Hours without a request after which a session ends.</summary>
    [Range(1, 168)]
    public int IdleHours { get; set; } = 12;

    /// <summary>Seconds until a changed role, password or "sign out everywhere" reaches every open session (ASVS 5.0, 7.4.1 to 7.4.5).</summary>
    [Range(1, 300)]
    public int RevalidateSeconds { get; set; } = 5;

    /// <summary>Wrong passwords in a row before an account is locked.</summary>
    [Range(3, 100)]
    public int WrongPasswords { get; set; } = 5;

    [Range(1, 1440)]
    public int LockedMinutes { get; set; } = 15;

    /// <summary>Attempts to sign in that one address has a minute.</summary>
    [Range(1, 10_000)]
    public int AttemptsPerMinute { get; set; } = 20;

    /// <summary>PBKDF2-HMAC-SHA-512 rounds; 210,000 is the OWASP Password Storage Cheat Sheet's floor.</summary>
    [Range(210_000, 10_000_000)]
    public int HashRounds { get; set; } = 210_000;

    [Range(1, 100)]
    public int PasskeysPerMember { get; set; } = 10;
}
