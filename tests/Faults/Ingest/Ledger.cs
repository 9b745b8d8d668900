using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StatusHub.Faults.Ingest;

/// <summary>What a publisher was answered for one event of one request.</summary>
/// <param name="Status">HTTP status; 0 when no answer came.</param>
/// <param name="Took">From the first byte sent to the answer, or to the knowledge that none would come.</param>
internal sealed record Entry(string Id, string Hash, int Status, bool HasRetryAfter, TimeSpan Took);

/// <summary>A publisher's own book, in a file of its own, written before and after each request: it knows nothing of the hub's.</summary>
internal sealed class Ledger(string path) : IDisposable
{
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };

    public void Sends(string id, ReadOnlySpan<byte> envelope) => _file.WriteLine($"sends {id} {HashOf(envelope)}");

    public void Answered(Entry entry) => _file.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"answer {entry.Id} {entry.Hash} {entry.Status} {entry.HasRetryAfter} {entry.Took.TotalMilliseconds:0.0}"));

    public void Dispose() => _file.Dispose();

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    /// <summary>What the books of a folder say: everything sent, and every answer.</summary>
    public static (IReadOnlyDictionary<string, string> Sent, IReadOnlyList<Entry> Answers) Read(string folder)
    {
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        var answers = new List<Entry>();
        foreach (var line in Directory.GetFiles(folder, "*.ledger").SelectMany(file => File.ReadAllLines(file, Encoding.UTF8)))
        {
            var words = line.Split(' ');
            if (words[0] == "sends")
            {
                sent[words[1]] = words[2];
            }
            else
            {
                answers.Add(new Entry(
                    words[1], words[2], int.Parse(words[3], CultureInfo.InvariantCulture), bool.Parse(words[4]),
                    TimeSpan.FromMilliseconds(double.Parse(words[5], CultureInfo.InvariantCulture))));
            }
        }

        return (sent, answers);
    }
}
