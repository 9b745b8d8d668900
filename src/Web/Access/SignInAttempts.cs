using System.Net;
using Microsoft.AspNetCore.Identity;
using StatusHub.Domain.Tenancy;

namespace StatusHub.Web.Access;

public enum SignInAnswer
{
    Welcome,

    /// <summary>No such account, a wrong password, a refused passkey or a locked account: from outside they look the same.</summary>
    Refused,
    TooMany,
}

/// <summary>One attempt to sign in, within the request that makes it.</summary>
public sealed class SignInAttempts(SignInManager<Member> signIn, UserManager<Member> members, IPasswordHasher<Member> hasher, SignInLimiter limiter)
{
    // Somebody to hash for when nobody is found, so that an unknown address takes as long as a known one.
    private static readonly Member Nobody = new() { Id = Guid.Empty };
    private static string? _nobodysHash;

    public async Task<SignInAnswer> WithPasswordAsync(string email, string password, IPAddress? from)
    {
        if (!limiter.Admits(from))
        {
            return SignInAnswer.TooMany;
        }

        if (password.Length > PasswordRules.MaxLength)
        {
            return SignInAnswer.Refused;
        }

        if (await members.FindByEmailAsync(email) is not { } member)
        {
            _nobodysHash ??= hasher.HashPassword(Nobody, "nobody's password");
            hasher.VerifyHashedPassword(Nobody, _nobodysHash, password);
            return SignInAnswer.Refused;
        }

        var result = await signIn.PasswordSignInAsync(member, password, isPersistent: false, lockoutOnFailure: true);
        return result.Succeeded ? SignInAnswer.Welcome : SignInAnswer.Refused;
    }

    /// <param name="credential">What the browser's authenticator answered, as WebAuthn JSON.</param>
    public async Task<SignInAnswer> WithPasskeyAsync(string credential, IPAddress? from)
    {
        if (!limiter.Admits(from))
        {
            return SignInAnswer.TooMany;
        }

        var result = await signIn.PasskeySignInAsync(credential);
        return result.Succeeded ? SignInAnswer.Welcome : SignInAnswer.Refused;
    }
}
