using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StatusHub.Domain.Time;
using StatusHub.Feed.CloudEvents;
using StatusHub.Feed.Delivery;
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
        services.AddSingleton<PayloadFormats>();
        services.AddSingleton<SealedSecrets>();
        services.AddSingleton(provider => new HubAddress(publicUrl(provider)));
        services.AddOptions<SubscriptionOptions>().Bind(configuration.GetSection("Subscriptions")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ConsentHandshake>();
        services.AddSingleton<DeliverySignatures>();
        services.AddSingleton<SingleDelivery>();
        services.AddSingleton<SubscriptionRegistry>();
        services.AddSingleton<FilterReview>();
        return services;
    }
}
