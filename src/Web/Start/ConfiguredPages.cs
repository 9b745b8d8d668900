using StatusHub.Domain.Official;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;
using StatusHub.Web.Api;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Start;

/// <summary>Providers' own pages of the configuration file (<c>officialPages</c>); those it no longer lists are read no more.</summary>
public sealed class ConfiguredPages(OfficialBook book, Settings settings, Clocks clocks)
{
    private const string Setting = "config/official-pages";

    /// <exception cref="InvalidOperationException">The file says something impossible; the message names line and remedy.</exception>
    internal static IReadOnlyList<OfficialPage> Read(ConfigTree tree) => [.. tree.List("officialPages").Select((item, i) =>
    {
        var errors = new List<InputError>();
        var input = JsonInput.Of(item, errors);
        var provider = input.String("provider") ?? "";
        var page = OfficialPagesApi.Read(input, provider);
        return errors.Count > 0 ? throw tree.Wrong($"/officialPages/{i}", errors) : page;
    })];

    /// <exception cref="InvalidOperationException">A page is of a provider none of whose models is watched.</exception>
    internal async Task PutAsync(IReadOnlyList<OfficialPage> pages, CancellationToken cancel)
    {
        foreach (var page in pages)
        {
            if (!await book.PutAsync(page, cancel))
            {
                throw new InvalidOperationException($"The configuration file names a page of {page.ProviderId}, of whom no model is watched.");
            }
        }

        var listed = pages.Select(p => p.ProviderId).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in (await settings.FindAsync(Setting, cancel))?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(listed) ?? [])
        {
            await book.DeleteAsync(gone, clocks.Now, cancel);
        }

        await settings.PutAsync(Setting, string.Join(' ', listed), cancel);
    }
}
