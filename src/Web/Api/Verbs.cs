namespace StatusHub.Web.Api;

/// <summary>What every read answers to, and how routes say which problems they answer with.</summary>
internal static class Verbs
{
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        }

        return builder;
    }
}
