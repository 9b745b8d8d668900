using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace StatusHub.Web.Api;

internal static class IngestSetup
{
    /// <summary>The way in for others' events, and what the server must let through for it.</summary>
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddOptions<IngestOptions>().BindConfiguration("Ingest").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IngestRate>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<IngestOptions>>((kestrel, ingest) =>
        {
            kestrel.Limits.MaxRequestHeadersTotalSize = ingest.Value.HeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = ingest.Value.Headers;
            // Some clients send attributes in raw Latin-1; read as UTF-8 they would be refused without a word that helps.
            kestrel.RequestHeaderEncodingSelector = name => name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null;
        });
        return services;
    }
}
