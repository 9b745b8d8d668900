using System.Text;

namespace StatusHub.Web.Public.Rendering;

/// <summary>
/// Takes the marks that <see cref="Parts.Part"/> leaves around each part out of a rendered document and keeps the parts. The marks are
/// private-use characters: text from outside cannot forge them, because the renderer encodes every character beyond ASCII.
/// </summary>
internal static class PageCutter
{
    public const char Begin = '\uE000';
    public const char Named = '\uE001';
    public const char End = '\uE002';

    /// <summary>Id of the part that holds all others.</summary>
    public const string MainId = "main";

    /// <returns>The clean document, its parts in page order, and the main content.</returns>
    public static (string Html, IReadOnlyList<Fragment> Fragments, Fragment Main) Cut(string marked)
    {
        var html = new StringBuilder(marked.Length);
        var open = new Stack<(string Id, int Start)>();
        var parts = new List<(int Start, Fragment Part)>();
        for (var i = 0; i < marked.Length; i++)
        {
            switch (marked[i])
            {
                case Begin:
                    var named = marked.IndexOf(Named, i);
                    open.Push((marked[(i + 1)..named], html.Length));
                    i = named;
                    break;
                case End:
                    var (id, start) = open.Pop();
                    parts.Add((start, new(id, html.ToString(start, html.Length - start))));
                    break;
                case '\n':
                    // Indentation of the components' source: text from outside comes encoded and is not touched.
                    i = SkipBlank(marked, i);
                    html.Append('\n');
                    break;
                default:
                    html.Append(marked[i]);
                    break;
            }
        }

        var main = parts.Single(p => p.Part.Id == MainId).Part;
        return (html.ToString(), [.. parts.Where(p => p.Part.Id != MainId).OrderBy(p => p.Start).Select(p => p.Part)], main);
    }

    private static int SkipBlank(string text, int at)
    {
        while (at + 1 < text.Length && text[at + 1] is ' ' or '\n' or '\r')
        {
            at++;
        }

        return at;
    }
}
