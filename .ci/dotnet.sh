#!/usr/bin/env bash
# What ./run and ./test share about .NET. Sourced.

SDK_PAGE=https://dotnet.microsoft.com/download/dotnet/10.0
MARGIN='   '

say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# quietly LOG COMMAND…: the command's output goes to LOG and is shown only when it fails.
quietly() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    grep -E 'error|warn' "$log" | sort -u | head -n 20 | sed "s/^/$MARGIN/" >&2 || true
    fail "Failed: $* (all of its output is in $log)"
  fi
}

# Finds the SDK that global.json asks for, also where the installer scripts put it.
find_dotnet() {
  local dir
  for dir in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
    command -v dotnet >/dev/null && break
    if [ -n "$dir" ] && [ -x "$dir/dotnet" ]; then export DOTNET_ROOT=$dir PATH="$dir:$PATH"; fi
  done
  command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing: install it from $SDK_PAGE"
  dotnet --version >/dev/null 2>&1 || fail "This .NET has no SDK 10 (global.json asks for one): install it from $SDK_PAGE"
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
}

# One build of a checkout at a time: ./run and ./test share bin and obj.
lock_build() {
  command -v flock >/dev/null || return 0
  exec 7>>"$1/build.lock"
  if ! flock -n 7; then
    say "Waiting for another build of this checkout"
    flock 7
  fi
}

unlock_build() { exec 7>&-; }

# Says whether the package with the framework's own Blazor script restores here, by trying once per SDK; the answer is the
# MSBuild property that src/Web/BlazorScript.targets goes by.
try_web_assets() {
  local cache version answer
  version=$(dotnet --version)
  cache=$1/web-assets/$version
  if [ ! -s "$cache/answer" ]; then
    mkdir -p "$cache"
    cat >"$cache/probe.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RequiresAspNetWebAssets>true</RequiresAspNetWebAssets>
  </PropertyGroup>
  <ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup>
</Project>
PROJECT
    answer=false
    if dotnet restore "$cache/probe.csproj" -p:ImportDirectoryBuildProps=false -p:ImportDirectoryPackagesProps=false \
      >"$cache/log" 2>&1 </dev/null; then answer=true; fi
    echo "$answer" >"$cache/answer"
  fi
  RequiresAspNetWebAssets=$(cat "$cache/answer")
  export RequiresAspNetWebAssets
}
