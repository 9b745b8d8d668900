using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Domain.Time;

namespace StatusHub.Web.Access;

/// <summary>Who a key stands for and what it may do.</summary>
/// <param name="OrgSlug">The organisation's place in addresses and in the sources it owns.</param>
public sealed record KeyHolder(Guid OrgId, string OrgSlug, Guid KeyId, IReadOnlyList<string> Scopes, IReadOnlyList<string> Sources);

/// <summary>
/// Keys for machines: <c>shk_</c> and 32 random bytes in base64url. Only the SHA-256 is kept; with 256 bits of chance a slow
/// hash would add nothing. Looked up on the system's connection, because who asks is what is to be found out.
/// </summary>
public sealed class ApiKeys(SystemDb system, Clocks clocks, IOptions<ApiKeyOptions> options)
{
    public const string KeyStart = "shk_";

    /// <summary>Shortest and longest text taken for a key, in characters; one the operator chose may be shorter than ours.</summary>
    public const int MinLength = 16;

    public const int MaxLength = 200;

    private const int SecretBytes = 32;
    private const int ShownCharacters = 10;
    private const long InstallLock = 0x73686B5F6F70; // "shk_op"

    // The characters RFC 6750 allows in a bearer token.
    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256, (KeyHolder? Holder, long At)> _known = [];
    private int _forgotten;

    /// <summary>Makes a key. The text is returned this once and can never be read again.</summary>
    public async Task<(ApiKey Key, string Text)> IssueAsync(
        Guid orgId, string name, IReadOnlyList<string> scopes, IReadOnlyList<string> sources, CancellationToken cancel)
    {
        await using var db = system.Open();
        var made = Add(db, orgId, name, scopes, sources);
        await db.SaveChangesAsync(cancel);
        return made;
    }

    /// <summary>Makes a key in a context that its caller saves.</summary>
    internal (ApiKey Key, string Text) Add(StatusDb db, Guid orgId, string name, IReadOnlyList<string> scopes, IReadOnlyList<string> sources)
    {
        var text = KeyStart + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var key = NewKey(orgId, name, text, [.. scopes], [.. sources]);
        db.ApiKeys.Add(key);
        return (key, text);
    }

    /// <returns>False when the organisation has no such live key.</returns>
    public async Task<bool> RevokeAsync(Guid orgId, Guid keyId, CancellationToken cancel)
    {
        await using var db = system.Open();
        var revoked = await RevokeAsync(db, orgId, keyId, cancel);
        Forget();
        return revoked;
    }

    /// <summary>Revokes in the transaction of a context; call <see cref="Forget"/> once that is committed.</summary>
    internal async Task<bool> RevokeAsync(StatusDb db, Guid orgId, Guid keyId, CancellationToken cancel)
    {
        DateTimeOffset? now = clocks.Now;
        return await db.ApiKeys.Where(k => k.OrgId == orgId && k.Id == keyId && k.RevokedAt == null)
            .ExecuteUpdateAsync(k => k.SetProperty(p => p.RevokedAt, now), cancel) == 1;
    }

    /// <summary>Asks the database again for every key: on this node a revocation bites at once.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _forgotten++;
            _known.Clear();
        }
    }

    /// <summary>
    /// Makes sure that the operator has an organisation and a key with every scope. A key from the environment is installed
    /// unless it is known (a revoked one stays revoked); without one a key is made when the operator has no live key.
    /// </summary>
    /// <returns>The text of a key made here, to be printed once; null when there was nothing to make or the operator brought it.</returns>
    /// <exception cref="InvalidOperationException">The key from the environment has a shape no key can have.</exception>
    public async Task<string?> InstallOperatorKeyAsync(string? fromEnvironment, CancellationToken cancel = default)
    {
        if (!string.IsNullOrEmpty(fromEnvironment) && !CouldBeKey(fromEnvironment))
        {
            throw new InvalidOperationException($"The operator key must be {MinLength} to {MaxLength} characters of A-Z a-z 0-9 - . _ ~ + / =.");
        }

        await using var db = system.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({InstallLock})", cancel);
        var orgId = await OperatorAsync(db, cancel);
        var given = !string.IsNullOrEmpty(fromEnvironment);
        var hash = given ? HashOf(fromEnvironment!) : null;
        if (given ? await db.ApiKeys.AnyAsync(k => k.Hash == hash, cancel) : await db.ApiKeys.AnyAsync(k => k.OrgId == orgId && k.RevokedAt == null, cancel))
        {
            await transaction.CommitAsync(cancel);
            return null;
        }

        var text = given ? fromEnvironment! : KeyStart + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        db.ApiKeys.Add(NewKey(orgId, "operator", text, Scopes.All, []));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return given ? null : text;
    }

    /// <summary>The holder of a live key; null for anything else.</summary>
    public ValueTask<KeyHolder?> FindAsync(string text, CancellationToken cancel)
    {
        if (!CouldBeKey(text))
        {
            return default;
        }

        Span<byte> ascii = stackalloc byte[MaxLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(text, ascii)], hash);
        var name = Sha256.Of(hash);
        return Remembered(name, out var holder, out var forgotten) ? new(holder) : new(ReadAsync(name, hash.ToArray(), forgotten, cancel));
    }

    private async Task<KeyHolder?> ReadAsync(Sha256 name, byte[] hash, int forgotten, CancellationToken cancel)
    {
        await using var db = system.Open();
        var key = await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Hash == hash && k.RevokedAt == null, cancel);
        var holder = key is not null && CryptographicOperations.FixedTimeEquals(key.Hash, hash)
            ? new KeyHolder(key.OrgId, await db.Organisations.Where(o => o.Id == key.OrgId).Select(o => o.Slug).SingleAsync(cancel), key.Id, key.Scopes, key.Sources)
            : null;
        Remember(name, holder, forgotten);
        return holder;
    }

    /// <param name="forgotten">How often everything was forgotten before this look.</param>
    private bool Remembered(Sha256 name, out KeyHolder? holder, out int forgotten)
    {
        lock (_gate)
        {
            forgotten = _forgotten;
            var known = _known.TryGetValue(name, out var entry)
                && clocks.Real.GetElapsedTime(entry.At) < TimeSpan.FromSeconds(options.Value.CacheSeconds);
            holder = known ? entry.Holder : null;
            return known;
        }
    }

    private void Remember(Sha256 name, KeyHolder? holder, int forgotten)
    {
        lock (_gate)
        {
            if (forgotten != _forgotten)
            {
                return; // what was read before a revocation is not remembered after it
            }

            if (_known.Count >= options.Value.CacheSize)
            {
                _known.Clear();
            }

            _known[name] = (holder, clocks.Real.GetTimestamp());
        }
    }

    private ApiKey NewKey(Guid orgId, string name, string text, string[] scopes, string[] sources) => new()
    {
        OrgId = orgId,
        Id = Guid.CreateVersion7(clocks.Now),
        Name = name,
        Hash = HashOf(text),
        Prefix = text.StartsWith(KeyStart, StringComparison.Ordinal) ? text[..ShownCharacters] : "", // of a chosen key nothing is given away
        Scopes = scopes,
        Sources = sources,
        CreatedAt = clocks.Now,
    };

    private async Task<Guid> OperatorAsync(StatusDb db, CancellationToken cancel)
    {
        var found = await db.Organisations.FirstOrDefaultAsync(o => o.Slug == Organisation.OperatorSlug, cancel);
        if (found is null)
        {
            found = new Organisation { Id = Guid.CreateVersion7(clocks.Now), Slug = Organisation.OperatorSlug, Name = "Operator", CreatedAt = clocks.Now };
            db.Organisations.Add(found);
            await db.SaveChangesAsync(cancel);
        }

        return found.Id;
    }

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static bool CouldBeKey(string text) => text.Length is >= MinLength and <= MaxLength && !text.ContainsAnyExcept(Characters);

    /// <summary>What a key is remembered by: 32 bytes that need no object of their own.</summary>
    private readonly record struct Sha256(UInt128 Start, UInt128 End)
    {
        public static Sha256 Of(ReadOnlySpan<byte> hash) => new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
