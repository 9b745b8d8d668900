using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Delivery;
using StatusHub.Feed.Meaning;
using StatusHub.Feed.Meaning.Otlp;
using StatusHub.Feed.Official;
using StatusHub.Feed.Peering;
using StatusHub.Feed.Streams;
using StatusHub.Feed.Subscriptions;
using StatusHub.Feed.Subscriptions.Formats;
using StatusHub.Feed.Webhooks;
using StatusHub.Feed.Webhooks.Consent;

namespace StatusHub.Feed;

public static class FeedSetup
{
    /// <summary>The feed: how events are written, read and sent out.</summary>
    /// <param name="publicUrl">The hub's absolute address without a trailing slash.</param>
    public static IServiceCollection AddFeed(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, string> publicUrl)
    {
        services.AddOptions<GuardOptions>().Bind(configuration.GetSection("Guard")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new TargetGuard(provider.GetRequiredService<IOptions<GuardOptions>>().Value));
        services.AddSingleton(provider => new GuardedClient(
            provider.GetRequiredService<IOptions<GuardOptions>>().Value, provider.GetRequiredService<Clocks>(), provider.GetRequiredService<TargetGuard>()));
        services.AddSingleton(provider => new CloudEventJson(publicUrl(provider)));
        services.AddSingleton<FeedReader>();
        services.AddOptions<PeeringOptions>().Bind(configuration.GetSection("Peering")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PeerSecrets>();
        services.AddSingleton<HubKeys>();
        services.AddSingleton<PeerFormat>();
        services.AddSingleton<PayloadFormats>();
        services.AddSingleton<SealedSecrets>();
        services.AddSingleton<DeliverySigning>();
        services.AddSingleton(provider => new HubAddress(publicUrl(provider)));
        services.AddOptions<SubscriptionOptions>().Bind(configuration.GetSection("Subscriptions")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ConsentHandshake>();
        services.AddSingleton<DeliveryCall>();
        services.AddSingleton<DeliveryNotices>();
        services.AddSingleton<SingleDelivery>();
        services.AddSingleton<SubscriptionRegistry>();
        services.AddSingleton<FilterReview>();
        services.AddSingleton<DeliveryBell>();
        services.AddSingleton<DeliveryCounts>();
        services.AddOptions<OfficialOptions>().Bind(configuration.GetSection("Official")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OfficialReader>();
        services.AddSingleton<OtlpIntake>();
        services.AddSingleton<EvidenceIntake>();
        services.AddHostedService(provider => provider.GetRequiredService<EvidenceIntake>());
        return services;
    }

    /// <summary>The engine that delivers to subscriptions, on nodes that are to.</summary>
    /// <param name="owner">Who this process is among those that deliver.</param>
    public static IServiceCollection AddDeliveries(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, DeliveryOwner> owner)
    {
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection("Delivery")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(owner);
        services.AddSingleton<Suspects>();
        services.AddSingleton(provider => new NodeLease(provider.GetRequiredService<Clocks>().Real, provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.Lease));
        services.AddSingleton<DecodedEvents>();
        services.AddSingleton<BookKeeping>();
        services.AddSingleton<Holdings>();
        services.AddSingleton<DeliveryRun>();
        services.AddHostedService<DeliveryEngine>();
        return services;
    }
}
