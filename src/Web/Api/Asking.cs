using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Api;

/// <summary>Who makes an administrative call.</summary>
internal sealed record Asking(KeyHolder Holder, Organisation Organisation)
{
    public bool IsOperator => Organisation.Slug == Organisation.OperatorSlug;

    /// <summary>The organisation a call is about: by slug for the operator; any other reaches only itself, and what it may not reach is not there.</summary>
    /// <param name="slug">Null for the caller's own.</param>
    public async Task<Organisation?> ReachAsync(string? slug, OrganisationDesk desk, CancellationToken cancel) =>
        slug is null || slug == Organisation.Slug ? Organisation
        : IsOperator && Slug.IsValid(slug) ? await desk.FindAsync(slug, cancel)
        : null;
}

internal static class AskingReading
{
    /// <summary>Only on routes that require a scope.</summary>
    public static async Task<Asking> AskingAsync(this HttpContext context, OrganisationDesk desk, CancellationToken cancel)
    {
        var holder = context.Holder() ?? throw new InvalidOperationException("The route requires no key.");
        var organisation = await desk.FindAsync(holder.OrgId, cancel)
            ?? throw new InvalidOperationException("A key belongs to an organisation.");
        return new Asking(holder, organisation);
    }

    /// <summary>A name for people: required, not blank, of visible characters.</summary>
    public static string? Name(this JsonInput input, string member, int maxLength, List<InputError> errors)
    {
        var before = errors.Count;
        var name = input.String(member)?.Trim();
        if (errors.Count > before)
        {
            return null;
        }

        if (string.IsNullOrEmpty(name))
        {
            errors.AddMissing("/" + member);
        }
        else if (name.Length > maxLength || name.Any(char.IsControl))
        {
            errors.Add(new("/" + member, "format", $"At most {maxLength} characters, none of them for control."));
        }

        return name;
    }

    public static void AddMissing(this List<InputError> errors, string path)
    {
        if (errors.TrueForAll(e => e.Path != path)) // of the wrong type is already said
        {
            errors.Add(new(path, "required", "Is required."));
        }
    }
}
