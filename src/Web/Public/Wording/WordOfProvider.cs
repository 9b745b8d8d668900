using StatusHub.Domain.Incidents;

namespace StatusHub.Web.Public.Wording;

/// <summary>What a provider says of its own model, in its words, beside what we see.</summary>
public static class WordOfProvider
{
    /// <summary><c>investigating: elevated errors</c>.</summary>
    public static string Of(WordView word)
    {
        var phase = word.Phase switch
        {
            IncidentPhase.Investigating => "investigating",
            IncidentPhase.Identified => "cause found",
            IncidentPhase.Monitoring => "watching the fix",
            _ => "resolved",
        };
        return word.Title is { Length: > 0 } title ? $"{phase}: {title}" : $"{phase}, {StateWords.Word(word.Status)}";
    }
}
