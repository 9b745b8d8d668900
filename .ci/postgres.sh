#!/usr/bin/env bash
# Private PostgreSQL clusters for ./run, ./test and plain `dotnet test`. Sourced for its functions, or run:
#
#   .ci/postgres.sh serve                 start a throw-away cluster, print its connection string, keep it until standard
#                                         input closes, then stop and delete it; meanwhile the words "stop", "crash"
#                                         and "start" on standard input do so to the server
#   .ci/postgres.sh guard CLUSTER PIDS    wait until standard input closes, end the processes listed in the file PIDS
#                                         ("pid name" lines), then stop the cluster
#
# Both hang on a pipe rather than on a parent's good manners: when the parent is killed, the pipe closes and all is put away.
# A cluster listens on a loopback port with a random password, and on a socket inside its own folder (mode 700).

PG_USER=statushub
PG_START_SECONDS=60
PG_STOP_SECONDS=30
PG_SOCKET_PATH_LIMIT=100 # bytes; the kernel allows 107 for the whole path
PG_PORT_TRIES=20
END_PROCESS_SECONDS=20

complain() { printf '%s\n' "$*" >&2; }

can_install() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

with_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# install_package APT DNF APK BREW: the package's name with each package manager; output only when it fails.
install_package() {
  local log
  log=$(mktemp)
  if ! install_with_manager "$@" >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

install_with_manager() {
  if command -v brew >/dev/null && [ "$(id -u)" != 0 ]; then
    brew install "$4"
  elif ! can_install; then
    echo "no right to install packages (neither root nor sudo without a password)"
    return 1
  elif command -v apt-get >/dev/null; then
    with_root apt-get update -qq || true # a stale index is often good enough
    with_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      -o Dpkg::Options::=--force-confold "$1"
  elif command -v dnf >/dev/null; then
    with_root dnf install -y -q "$2"
  elif command -v apk >/dev/null; then
    with_root apk add --quiet "$3"
  else
    echo "no package manager known here (apt-get, dnf, apk, brew)"
    return 1
  fi
}

# Debian starts a cluster of its own on port 5432 when the server is installed; nobody asked for that one.
pg_install() {
  if command -v apt-get >/dev/null && can_install && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    with_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | with_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  install_package postgresql postgresql-server postgresql postgresql@17
}

pg_candidates() {
  [ -z "${STATUSHUB_PGBIN:-}" ] || echo "$STATUSHUB_PGBIN"
  command -v pg_config >/dev/null && pg_config --bindir
  local dir
  for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* \
    /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    [ ! -d "$dir" ] || echo "$dir"
  done
  command -v postgres >/dev/null && dirname "$(readlink -f "$(command -v postgres)")"
  true
}

# pg_find [MAJOR]: sets PGBIN to a folder with a whole server, of that major version when one is asked for.
pg_find() {
  local dir tool
  while read -r dir; do
    for tool in initdb pg_ctl postgres psql; do
      [ -x "$dir/$tool" ] || continue 2
    done
    if [ -z "${1:-}" ] || "$dir/postgres" --version | grep -Eq " $1(\.|[a-z]|$)"; then
      PGBIN=$dir
      return 0
    fi
  done < <(pg_candidates 2>/dev/null)
  return 1
}

# PostgreSQL refuses to run as root, so root runs it as `postgres`; an existing cluster is run by whoever owns it.
pg_owner() {
  if [ "$(id -u)" != 0 ]; then
    id -un 2>/dev/null || { complain "PostgreSQL needs a user name, and user id $(id -u) has none (see /etc/passwd)."; return 1; }
  elif [ -s "$1/PG_VERSION" ]; then
    stat -c %U "$1" 2>/dev/null || stat -f %Su "$1"
  elif id postgres >/dev/null 2>&1; then
    echo postgres
  else
    echo nobody
  fi
}

# run_as USER COMMAND…: from a folder everyone may enter, for the caller's may be closed to USER.
run_as() {
  local user=$1
  shift
  if [ "$(id -u)" != 0 ]; then
    (cd / && "$@")
  elif setpriv --reuid="$user" --clear-groups true 2>/dev/null; then
    (cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --reset-env -- "$@")
  elif command -v runuser >/dev/null; then
    (cd / && runuser -u "$user" -- "$@")
  else
    (cd / && su -s /bin/sh "$user" -c "$(printf '%q ' "$@")")
  fi
}

# pg_place DATA: where the cluster of a data folder lives. Inside it, unless PostgreSQL's user cannot get there (root's home
# is closed to others): then below /var/lib, under a name made from the data folder's.
pg_place() {
  local data=$1 owner
  if [ -s "$data/postgres.path" ]; then
    cat "$data/postgres.path"
    return
  fi
  owner=$(pg_owner "$data/postgres") || return 1
  if run_as "$owner" test -x "$data"; then
    echo "$data/postgres"
    return
  fi
  local elsewhere
  elsewhere=/var/lib/statushub/$(printf '%s' "$data" | cksum | tr -d ' ')
  mkdir -p "$elsewhere" && chmod 755 /var/lib/statushub "$elsewhere"
  echo "$elsewhere/postgres" | tee "$data/postgres.path"
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port below the range from which systems lend ports to outgoing connections.
free_port() {
  local try port
  for ((try = 0; try < PG_PORT_TRIES; try++)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 10000))
    if ! port_is_taken "$port"; then
      echo "$port"
      return
    fi
  done
  complain "No free port between 20000 and 29999 after $PG_PORT_TRIES tries."
  return 1
}

command_line() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" || ps -p "$1" -o command= 2>/dev/null; }

# The process id in a cluster's postmaster.pid, but only while that process is a PostgreSQL: ids are used again.
pg_running() {
  local pid
  pid=$(run_as "$2" head -n 1 "$1/postmaster.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && command_line "$pid" | grep -q postgres
}

# pg_init CLUSTER OWNER: made beside its place and then renamed, so that a killed initdb leaves nothing half done.
pg_init() {
  local cluster=$1 owner=$2 fresh="$1.new" password
  rm -rf "$fresh" "$fresh.password"
  mkdir -p "$fresh"
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '%s\n' "$password" >"$fresh.password")
  if [ "$(id -u)" = 0 ]; then chown "$owner" "$fresh" "$fresh.password"; fi
  if ! run_as "$owner" "$PGBIN/initdb" -D "$fresh" -U "$PG_USER" --pwfile="$fresh.password" \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C >"$fresh.log" 2>&1; then
    complain "PostgreSQL could not make its data folder $cluster:"
    tail -n 5 "$fresh.log" >&2
    return 1
  fi
  run_as "$owner" sh -c 'echo "include_if_exists = '\''statushub.conf'\''" >>"$1/postgresql.conf"' sh "$fresh"
  mv "$fresh.password" "$fresh/statushub.password"
  rm -f "$fresh.log"
  mv "$fresh" "$cluster"
}

pg_configure() {
  local cluster=$1 owner=$2 port=$3 socket=$1
  if [ ${#socket} -gt $((PG_SOCKET_PATH_LIMIT - 20)) ]; then socket=''; fi
  run_as "$owner" sh -c 'cat >"$1/statushub.conf"' sh "$cluster" <<SETTINGS
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '${socket//\'/\'\'}'
max_connections = 200
SETTINGS
}

# pg_start CLUSTER: makes it if need be, starts it on a free port and sets PG_PORT. A server left behind by a killed run is
# stopped first. PGBIN must be set.
pg_start() {
  local cluster=$1 owner
  owner=$(pg_owner "$cluster") || return 1
  if [ ! -s "$cluster/PG_VERSION" ]; then pg_init "$cluster" "$owner" || return 1; fi
  if pg_running "$cluster" "$owner"; then
    pg_stop "$cluster"
  else
    rm -f "$cluster/postmaster.pid"
  fi
  PG_PORT=$(free_port) || return 1
  pg_configure "$cluster" "$owner" "$PG_PORT"
  pg_launch "$cluster" "$owner"
}

# pg_launch CLUSTER OWNER: starts a configured cluster, on the port it had.
pg_launch() {
  local cluster=$1 owner=$2
  if ! run_as "$owner" "$PGBIN/pg_ctl" -D "$cluster" -l "$cluster/server.log" -w -t "$PG_START_SECONDS" start \
    </dev/null >/dev/null 2>&1 8>&- 9>&-; then
    complain "PostgreSQL did not start; the end of $cluster/server.log:"
    tail -n 5 "$cluster/server.log" >&2
    return 1
  fi
}

pg_stop() {
  local cluster=$1 owner
  owner=$(pg_owner "$cluster") || return 1
  pg_running "$cluster" "$owner" || return 0
  run_as "$owner" "$PGBIN/pg_ctl" -D "$cluster" -m fast -w -t "$PG_STOP_SECONDS" stop >/dev/null 2>&1 ||
    run_as "$owner" "$PGBIN/pg_ctl" -D "$cluster" -m immediate -w -t "$PG_STOP_SECONDS" stop >/dev/null 2>&1
}

# pg_connection CLUSTER DATABASE: the connection string .NET wants.
pg_connection() {
  printf 'Host=127.0.0.1;Port=%s;Username=%s;Password=%s;Database=%s\n' \
    "$PG_PORT" "$PG_USER" "$(cat "$1/statushub.password")" "$2"
}

# pg_sql CLUSTER STATEMENT: unaligned rows on standard output.
pg_sql() {
  PGPASSWORD=$(cat "$1/statushub.password") "$PGBIN/psql" -XqAt -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$PG_PORT" -U "$PG_USER" -d postgres -c "$2"
}

# end_processes FILE: asks each listed process to end, and makes it when it does not. A line names what the process must
# still be, because ids are used again.
end_processes() {
  local pid name waited
  [ -s "$1" ] || return 0
  while read -r pid name; do
    if command_line "$pid" | grep -qF "$name"; then kill -TERM "$pid" 2>/dev/null; fi
  done <"$1"
  while read -r pid name; do
    for ((waited = 0; waited < END_PROCESS_SECONDS * 10; waited++)); do
      command_line "$pid" | grep -qF "$name" || continue 2
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null
  done <"$1"
  rm -f "$1"
}

pg_guard() {
  trap '' INT TERM HUP
  cat >/dev/null
  end_processes "$2"
  if [ -n "$1" ] && { [ -n "${PGBIN:-}" ] || pg_find; }; then pg_stop "$1"; fi
  return 0
}

# Clusters whose keeper was killed outright: it left its process id behind.
pg_sweep() {
  local dir keeper
  for dir in "$1"/statushub-test.*; do
    [ -O "$dir" ] && [ -s "$dir/keeper" ] || continue
    keeper=$(cat "$dir/keeper")
    if command_line "$keeper" | grep -qF postgres.sh; then continue; fi
    pg_stop "$dir/postgres"
    rm -rf "$dir"
  done
}

# pg_obey CLUSTER: does what standard input says, a word a line, until it closes, and answers each with "word exit-code". For
# tests that take a server away from under a running hub: "stop" as an operator would, "crash" without a farewell, "start" again.
pg_obey() {
  local cluster=$1 owner word code
  owner=$(pg_owner "$cluster") || return 1
  while read -r word; do
    code=0
    case $word in
      stop) pg_stop "$cluster" || code=$? ;;
      crash) run_as "$owner" "$PGBIN/pg_ctl" -D "$cluster" -m immediate -w stop </dev/null >/dev/null 2>&1 || code=$? ;;
      start) pg_launch "$cluster" "$owner" || code=$? ;;
      *) code=2 ;;
    esac
    echo "$word $code"
  done
}

pg_serve() {
  local temp=${TMPDIR:-/tmp} dir
  trap '' INT TERM HUP
  if ! pg_find && ! { pg_install && pg_find; }; then
    complain "PostgreSQL is missing and could not be installed: install the package 'postgresql' (15 or newer)."
    return 1
  fi
  run_as "$(pg_owner /)" test -x "$temp" || temp=/tmp
  pg_sweep "$temp"
  dir=$(mktemp -d "$temp/statushub-test.XXXXXX")
  chmod 755 "$dir"
  echo $$ >"$dir/keeper"
  if pg_start "$dir/postgres"; then
    pg_connection "$dir/postgres" postgres
    pg_obey "$dir/postgres"
    pg_stop "$dir/postgres"
    rm -rf "$dir"
  else
    rm -rf "$dir"
    return 1
  fi
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -uo pipefail
  case "${1:-}" in
    serve) pg_serve ;;
    guard) pg_guard "$2" "$3" ;;
    *)
      sed -n '2,10p' "$0"
      exit 2
      ;;
  esac
fi
