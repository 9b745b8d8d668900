using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.OpenApi;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Operations;
using StatusHub.Web.Statuspage;

namespace StatusHub.Web.Api;

/// <summary>Everything machines read and write.</summary>
public static class ApiSetup
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddOptions<ApiOptions>().BindConfiguration("Api").ValidateDataAnnotations().ValidateOnStart();
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddIngest();
        services.AddApiKeys();
        services.AddWriteLimits();
        services.AddSingleton<RenderedDocuments>();
        services.AddSingleton<KeyedReaders>();
        services.AddSingleton<FeedStream>();
        services.AddSingleton<FeedCrowd>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedCrowd>());
        services.AddSingleton<LongPolls>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<RequestCounts>();
        services.AddSingleton<MetricsText>();
        services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        }));
        return services;
    }

    /// <summary>What goes before every route: headers, problem answers, limits, keys. Call it before the routes are mapped.</summary>
    public static IApplicationBuilder UseApi(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        _ = app.ApplicationServices.GetRequiredService<RequestCounts>(); // counts from the first request on
        SecurityHeaders.Use(app);
        app.UseMiddleware<MachineAnswers>();
        app.UseRouting();
        app.UseRateLimiter(); // before keys are looked up
        KeyDoor.Use(app);
        app.UseAuthentication();
        app.UseAuthorization();
        return app;
    }

    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder routes)
    {
        StatuspageApi.Map(routes);
        ModelsApi.Map(routes);
        IncidentsApi.Map(routes);
        EndpointsApi.Map(routes);
        OrganisationsApi.Map(routes);
        KeysApi.Map(routes);
        ProvidersApi.Map(routes);
        OfficialPagesApi.Map(routes);
        AuditApi.Map(routes);
        FeedApi.Map(routes);
        PeersApi.Map(routes);
        EscalationsApi.Map(routes);
        FallbackApi.Map(routes);
        PlansApi.Map(routes);
        ScoresApi.Map(routes);
        CapabilitiesApi.Map(routes);
        ObjectivesApi.Map(routes);
        ContractsApi.Map(routes);
        CreditsApi.Map(routes);
        WellKnownApi.Map(routes);
        IngestApi.Map(routes);
        FeedTypesApi.Map(routes);
        AsyncApi.Map(routes);
        OtlpApi.Map(routes);
        SubscriptionsApi.Map(routes);
        DeliveriesApi.Map(routes);
        ConsentApi.Map(routes);
        HistoryFeeds.Map(routes);
        BadgesApi.Map(routes);
        OperationsApi.Map(routes);
        routes.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json");
        return routes;
    }

    /// <summary>Where every call needs a key.</summary>
    private static readonly string[] KeyedPaths =
        ["/api/v1/endpoints", "/api/v1/orgs", "/api/v1/keys", "/api/v1/providers", "/api/v1/audit", "/api/v1/peers", "/api/v1/escalations", "/api/v1/objectives", "/api/v1/contracts", "/api/v1/credits", SubscriptionsApi.Path, OtlpApi.Path];

    private static void Describe(OpenApiDocument document)
    {
        document.Info.Title = "StatusHub";
        document.Info.Description = "Health of AI models: read by everybody, written with an API key. Errors are RFC 9457 problems with a stable type.";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [ApiKeyAccess.Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = $"An API key ({ApiKeys.KeyStart}…) with the scope the call needs: {string.Join(", ", Scopes.All)}.",
            },
        };
        foreach (var (path, item) in document.Paths)
        {
            item.Operations?.Remove(HttpMethod.Head); // every GET answers HEAD; saying so twice helps nobody
            if (KeyedPaths.Any(keyed => path.StartsWith(keyed, StringComparison.Ordinal)))
            {
                foreach (var operation in item.Operations?.Values.ToArray() ?? [])
                {
                    operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyAccess.Scheme, document)] = [] }];
                }
            }
        }
    }
}
