using StatusHub.Example;

if (args is not [var hub, var model])
{
    Console.Error.WriteLine("Fallback HUB PROVIDER/MODEL");
    return 2;
}

using var http = new HttpClient { BaseAddress = new Uri(hub), Timeout = TimeSpan.FromSeconds(2) };
var advice = await new StatusHubClient(http, TimeProvider.System).AdviceAsync(model, CancellationToken.None);
Console.WriteLine($"{advice.ModelFor(chance: 0.5)}: {advice.Reason}");
return 0;
