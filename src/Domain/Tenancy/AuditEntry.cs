namespace StatusHub.Domain.Tenancy;

/// <summary>One thing somebody did, as it is remembered: never a secret, never changed.</summary>
/// <param name="OrgId">Whose record it is in. What the operator does for another organisation is in both.</param>
/// <param name="Id">UUIDv7 of <paramref name="At"/>: sorts by time.</param>
/// <param name="ByOrg">Organisation of the key that did it; null for the hub itself.</param>
/// <param name="ByKey">The key that did it; null for a person or the hub.</param>
/// <param name="Action">Such as <c>key.issue</c>.</param>
/// <param name="Target">Id or name of what it was done to.</param>
/// <param name="Detail">For people; null when action and target say it all.</param>
/// <param name="ByMember">The member who did it at the console; null for a key or the hub.</param>
public sealed record AuditEntry(
    Guid OrgId, Guid Id, DateTimeOffset At, Guid? ByOrg, Guid? ByKey, string Action, string Target, string? Detail, Guid? ByMember = null)
{
    /// <summary>What somebody did to something of an organisation's own.</summary>
    public static AuditEntry Of(Actor by, Guid orgId, DateTimeOffset at, string action, Guid target, string? detail) =>
        new(orgId, Guid.CreateVersion7(at), at, by.OrgId, by.KeyId, action, target.ToString(), detail, by.MemberId);
}

/// <summary>The names of audited actions, once.</summary>
public static class AuditActions
{
    public const string OrganisationCreated = "org.create";
    public const string KeyIssued = "key.issue";
    public const string KeyRevoked = "key.revoke";
    public const string ProviderAnswered = "provider.answered-by";
    public const string ObjectiveCreated = "objective.create";
    public const string ObjectiveChanged = "objective.change";
    public const string ObjectiveDeleted = "objective.delete";
    public const string ContractCreated = "contract.create";
    public const string ContractChanged = "contract.change";
    public const string ContractDeleted = "contract.delete";
    public const string PlanCreated = "plan.create";
    public const string PlanChanged = "plan.change";
    public const string PlanDeleted = "plan.delete";
}
