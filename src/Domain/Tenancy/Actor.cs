namespace StatusHub.Domain.Tenancy;

/// <summary>Who does something: a key, a member at the console, or neither of them and so the hub itself.</summary>
/// <param name="OrgId">Organisation of the key or the member; null for the hub.</param>
public readonly record struct Actor(Guid? OrgId, Guid? KeyId, Guid? MemberId)
{
    /// <summary>The hub, at its configuration's word.</summary>
    public static readonly Actor Hub;
}
