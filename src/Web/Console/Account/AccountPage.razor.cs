using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;

namespace StatusHub.Web.Console.Account;

/// <summary>A member's own account. Plain forms, because each of them may bring a new cookie.</summary>
public sealed partial class AccountPage
{
    /// <summary>Longest name of a passkey, in characters.</summary>
    private const int NameLength = 60;

    private Member? _member;
    private IList<UserPasskeyInfo> _passkeys = [];
    private IReadOnlyList<string> _faults = [];
    private string? _done;

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [Inject]
    public required IOptions<SignInLimits> Limits { get; set; }

    [SupplyParameterFromForm(FormName = "add-passkey")]
    public PasskeyInput Passkey { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "password")]
    public PasswordInput Password { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "remove-passkey")]
    public RemoveInput Remove { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Passkey ??= new();
        Password ??= new();
        Remove ??= new();
        _member = await Members.GetUserAsync(Http.User);
        await LoadPasskeysAsync();
    }

    private async Task LoadPasskeysAsync() => _passkeys = _member is null ? [] : await Members.GetPasskeysAsync(_member);

    private async Task AddPasskeyAsync()
    {
        if (_passkeys.Count >= Limits.Value.PasskeysPerMember)
        {
            _faults = [$"An account has at most {Limits.Value.PasskeysPerMember} passkeys. Remove one first."];
            return;
        }

        var answer = await SignIn.PerformPasskeyAttestationAsync(Passkey.Credential ?? "");
        if (!answer.Succeeded || _member is null || answer.UserEntity.Id != _member.Id.ToString())
        {
            _faults = ["The passkey could not be checked. Please try again."];
            return;
        }

        var name = Passkey.Name?.Trim() is { Length: > 0 } given ? given : "Passkey";
        answer.Passkey.Name = name[..Math.Min(name.Length, NameLength)];
        Show(await Members.AddOrUpdatePasskeyAsync(_member, answer.Passkey), "The passkey is ready. Try it at your next sign-in.");
        await LoadPasskeysAsync();
        Passkey = new();
    }

    private async Task RemovePasskeyAsync()
    {
        var passkey = _passkeys.FirstOrDefault(p => Convert.ToHexStringLower(p.CredentialId) == Remove.Id);
        if (_member is null || passkey is null)
        {
            _faults = ["There is no such passkey."];
            return;
        }

        Show(await Members.RemovePasskeyAsync(_member, passkey.CredentialId), "The passkey is removed.");
        await LoadPasskeysAsync();
    }

    private async Task ChangePasswordAsync()
    {
        if (_member is null)
        {
            return;
        }

        if (Password.Current is not { Length: > 0 and <= PasswordRules.MaxLength } current)
        {
            _faults = ["The present password is wrong."];
            return;
        }

        var changed = await Members.ChangePasswordAsync(_member, current, Password.New ?? "");
        Show(changed, "The password is changed. Other sessions are signed out.");
        if (changed.Succeeded)
        {
            await SignIn.RefreshSignInAsync(_member);
        }
    }

    private async Task LeaveEverywhereAsync()
    {
        if (_member is not null)
        {
            await Members.UpdateSecurityStampAsync(_member);
        }

        await SignIn.SignOutAsync();
        Navigation.NavigateTo("/console/login");
    }

    private void Show(IdentityResult result, string done)
    {
        _done = result.Succeeded ? done : null;
        _faults = [.. result.Errors.Select(e => e.Code == "PasswordMismatch" ? "The present password is wrong." : e.Description)];
    }

    public sealed class PasskeyInput
    {
        public string? Credential { get; set; }

        public string? Name { get; set; }
    }

    public sealed class PasswordInput
    {
        public string? Current { get; set; }

        public string? New { get; set; }
    }

    public sealed class RemoveInput
    {
        public string? Id { get; set; }
    }
}
