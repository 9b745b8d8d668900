using Microsoft.AspNetCore.Identity;

namespace StatusHub.Domain.Tenancy;

/// <summary>A customer of the hub. The hub's own operator is the organisation with <see cref="OperatorSlug"/>.</summary>
public sealed class Organisation
{
    public const string OperatorSlug = "operator";

    public required Guid Id { get; init; }

    /// <summary>Its place in addresses (<c>/o/{slug}</c>).</summary>
    public required string Slug { get; init; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A person who signs in; belongs to organisations by <see cref="Membership"/>.</summary>
public sealed class Member : IdentityUser<Guid>
{
    public DateTimeOffset CreatedAt { get; init; }
}

public enum Role : byte
{
    Viewer,
    Responder,
    Admin,
    Owner,
}

public sealed class Membership
{
    public required Guid OrgId { get; init; }

    public required Guid MemberId { get; init; }

    public Role Role { get; set; }
}

/// <summary>A key for machines. Only its SHA-256 is kept.</summary>
public sealed class ApiKey
{
    public required Guid OrgId { get; init; }

    public required Guid Id { get; init; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the whole key text.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>First characters, so that people can tell keys apart.</summary>
    public required string Prefix { get; init; }

    public string[] Scopes { get; set; } = [];

    /// <summary>Event sources the key may speak for.</summary>
    public string[] Sources { get; set; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>What a key may do; names are the contract's.</summary>
public static class Scopes
{
    public const string Read = "read";
    public const string Endpoints = "endpoints";
    public const string Incidents = "incidents";
    public const string Publish = "feed:publish";
    public const string Subscribe = "feed:subscribe";
    public const string Peer = "feed:peer";
    public const string Agent = "agent";
    public const string Admin = "admin";

    public static readonly string[] All = [Read, Endpoints, Incidents, Publish, Subscribe, Peer, Agent, Admin];
}
