using System.Text;

namespace StatusHub.Domain.Scores;

/// <summary>Reads RFC 4180: cells between commas, quoted where they hold commas, quotes or line ends.</summary>
internal static class CsvText
{
    /// <summary>The lines that hold anything, each as its cells.</summary>
    public static List<string[]> Read(string text)
    {
        var (lines, cells, cell) = (new List<string[]>(), new List<string>(), new StringBuilder());
        var (quoted, begun) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append(text[++i]);
            }
            else if (c == '"' && (quoted || cell.Length == 0))
            {
                (quoted, begun) = (!quoted, true);
            }
            else if (!quoted && c == ',')
            {
                cells.Add(Take(cell));
                begun = true;
            }
            else if (!quoted && c is ('\r' or '\n'))
            {
                End();
            }
            else if (c != '\uFEFF' || i > 0) // a byte order mark, as spreadsheets write it
            {
                cell.Append(c);
                begun = true;
            }
        }

        End();
        return lines;

        void End()
        {
            if (begun)
            {
                cells.Add(Take(cell));
                lines.Add([.. cells]);
                cells.Clear();
            }

            begun = false;
        }
    }

    private static string Take(StringBuilder cell)
    {
        var text = cell.ToString();
        cell.Clear();
        return text;
    }
}
