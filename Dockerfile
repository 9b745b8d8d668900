# The hub and the simulator of the demo world, from one build: docker build --target hub . | --target simulator .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# The full public package source has the framework's own Blazor script (src/Web/BlazorScript.targets).
ENV RequiresAspNetWebAssets=true
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig ./
COPY migrations/Migrations.csproj migrations/
COPY src/Domain/Domain.csproj src/Domain/
COPY src/Probes/Probes.csproj src/Probes/
COPY src/Feed/Feed.csproj src/Feed/
COPY src/Web/Web.csproj src/Web/BlazorScript.targets src/Web/
COPY src/Simulator/Simulator.csproj src/Simulator/
RUN dotnet restore src/Web && dotnet restore src/Simulator
COPY . .
RUN dotnet publish src/Web -c Release -o /app/hub && dotnet publish src/Simulator -c Release -o /app/simulator

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS simulator
COPY --from=build /app/simulator /app
COPY scenarios /scenarios
WORKDIR /app
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["dotnet", "StatusHub.Simulator.dll", "--urls", "http://0.0.0.0:8080", "--scenarioFolder", "/scenarios"]

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS hub
COPY --from=build /app/hub /app
RUN mkdir /data && chown $APP_UID /data
WORKDIR /app
USER $APP_UID
ENV STATUSHUB_DATA=/data ASPNETCORE_HTTP_PORTS=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "StatusHub.Web.dll"]
