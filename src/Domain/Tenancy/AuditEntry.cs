namespace StatusHub.Domain.Tenancy;

/// <summary>One thing somebody did, as it is remembered: never a secret, never changed.</summary>
/// <param name="OrgId">Whose record it is in. What the operator does for another organisation is in both.</param>
/// <param name="Id">UUIDv7 of <paramref name="At"/>: sorts by time.</param>
/// <param name="ByOrg">Organisation of the key that did it; null for the hub itself.</param>
/// <param name="ByKey">The key that did it; null for a person or the hub.</param>
/// <param name="Action">Such as <c>key.issue</c>.</param>
/// <param name="Object">Id or name of what it was done to.</param>
/// <param name="Detail">For people; null when action and object say it all.</param>
public sealed record AuditEntry(
    Guid OrgId, Guid Id, DateTimeOffset At, Guid? ByOrg, Guid? ByKey, string Action, string Object, string? Detail);

/// <summary>The names of audited actions, once.</summary>
public static class AuditActions
{
    public const string OrganisationCreated = "org.create";
    public const string KeyIssued = "key.issue";
    public const string KeyRevoked = "key.revoke";
    public const string ProviderAnswered = "provider.answered-by";
}
