using StatusHub.Web;
using StatusHub.Web.Scores;

if (ScoreCommand.IsAsked(args))
{
    return ScoreCommand.Run(args, Console.Out, Console.Error);
}

var app = WebApplication.CreateBuilder(args).AddStatusHub().Build().MapStatusHub();
await app.RunAsync();
return 0;
