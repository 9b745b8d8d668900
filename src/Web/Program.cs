using StatusHub.Web;

var app = WebApplication.CreateBuilder(args).AddStatusHub().Build().MapStatusHub();
await app.RunAsync();
