using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Web.Access;

/// <summary>
/// The way in for the first owner: a link that works once, and only while the hub has no member. Its token is kept as a hash, so
/// a link that was lost cannot be read back; each start without a member makes a new one.
/// </summary>
public sealed class SetupLink(Settings settings, SystemDb system, IServiceScopeFactory scopes, Clocks clocks)
{
    private const string Setting = "setup-link";
    private const string PathPrefix = "/console/setup/";
    private const int TokenBytes = 32;

    /// <summary>A new link's path, <c>/console/setup/{token}</c>; null when there is a member already.</summary>
    public async Task<string?> EnsureAsync(CancellationToken cancel = default)
    {
        await settings.RemoveAsync(Setting, cancel);
        if (await HasMemberAsync(cancel))
        {
            return null;
        }

        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));
        var (_, ours) = await settings.AddAsync(Setting, Hash(token), cancel);
        return ours ? PathPrefix + token : null;
    }

    /// <summary>What opening a link finds.</summary>
    public async Task<SetupLinkState> LookAsync(string token, CancellationToken cancel)
    {
        var open = await settings.FindAsync(Setting, cancel) == Hash(token);
        return open ? SetupLinkState.Open : await HasMemberAsync(cancel) ? SetupLinkState.Used : SetupLinkState.Unknown;
    }

    /// <summary>Makes the first owner and uses the link up, both or neither.</summary>
    public async Task<SetupAnswer> UseAsync(string token, string email, string password, CancellationToken cancel)
    {
        var org = await OperatorAsync(cancel);
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<OrgScope>().OrgId = org;
        var db = scope.ServiceProvider.GetRequiredService<StatusDb>();
        var members = scope.ServiceProvider.GetRequiredService<UserManager<Member>>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // Deleting the row is the claim: a second request waits for this one's commit and then finds nothing.
        var hash = Hash(token);
        if (await db.Database.ExecuteSqlAsync($"DELETE FROM settings WHERE name = {Setting} AND value = {hash}", cancel) != 1 || await db.Users.AnyAsync(cancel))
        {
            return new SetupAnswer.Gone();
        }

        var member = new Member { Id = Guid.CreateVersion7(clocks.Now), UserName = email, Email = email, EmailConfirmed = true, CreatedAt = clocks.Now };
        var made = await members.CreateAsync(member, password);
        if (!made.Succeeded)
        {
            return new SetupAnswer.Refused([.. made.Errors.Select(e => e.Description)]);
        }

        db.Memberships.Add(new() { OrgId = org, MemberId = member.Id, Role = Role.Owner });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new SetupAnswer.Made(member.Id);
    }

    private async Task<bool> HasMemberAsync(CancellationToken cancel)
    {
        await using var db = system.Open();
        return await db.Users.AnyAsync(cancel);
    }

    private async Task<Guid> OperatorAsync(CancellationToken cancel)
    {
        await using var db = system.Open();
        var fresh = Guid.CreateVersion7(clocks.Now);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO organisations (id, slug, name, created_at) VALUES ({fresh}, {Organisation.OperatorSlug}, 'Operator', {clocks.Now})
             ON CONFLICT (slug) DO NOTHING
             """, cancel);
        return await db.Organisations.Where(o => o.Slug == Organisation.OperatorSlug).Select(o => o.Id).SingleAsync(cancel);
    }

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

public enum SetupLinkState
{
    Open,
    Used,
    Unknown,
}

/// <summary>What came of using a setup link.</summary>
public abstract record SetupAnswer
{
    private SetupAnswer()
    {
    }

    public sealed record Made(Guid MemberId) : SetupAnswer;

    /// <param name="Reasons">In words for the person at the form; the link stays usable.</param>
    public sealed record Refused(IReadOnlyList<string> Reasons) : SetupAnswer;

    public sealed record Gone : SetupAnswer;
}
