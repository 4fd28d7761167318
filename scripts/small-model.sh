#!/bin/sh
# A real, very small model behind the OpenAI wire: SmolLM2-135M-Instruct, one thread, no network once it is installed.
# Usage: sh scripts/small-model.sh [--port N | --setup-only]   (default port 8090; stays in the foreground)
# It fits every reply schema and is nearly always wrong: what a pipeline must survive, not what it should learn from.
# ASTRA_TOOLS: folder to install into (default: .astra-tools of the checkout).
set -eu
cd -P "$(dirname "$0")/.."
tools=${ASTRA_TOOLS:-$PWD/.astra-tools}
requirements=infra/small-model/requirements.txt
folder=$tools/small-model
python=$folder/bin/python
say() { printf 'small model: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

port=8090
case ${1:-} in
  --port) port=${2:-} ;;
  --setup-only) port= ;;
  '') ;;
  *) die "got $1; expected --port N or --setup-only" ;;
esac
case $port in *[!0-9]*) die "--port: got $port; expected a number" ;; esac
[ "${1:-}" != --port ] || [ -n "$port" ] || die "--port: got nothing; expected a number"

ready() { cmp -s "$requirements" "$folder/.installed"; }

install() {
  command -v python3 >/dev/null 2>&1 || die "python3 is missing. Debian: sudo apt-get install python3 python3-venv"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || die "$(python3 -V) is too old: 3.10 or later is needed"
  say "about 150 MB to download, 220 MB installed in $folder; once"
  rm -rf "$folder"
  python3 -m venv "$folder" || die "python3 has no venv. Debian: sudo apt-get install python3-venv"
  PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    "$folder/bin/pip" install --quiet --no-deps --only-binary=:all: --require-hashes -r "$requirements" >&2 \
    || die "pip could not install $requirements (its message is above): it needs the package index, or a wheel for this system ($(uname -sm)) is missing"
  cp "$requirements" "$folder/.installed"
}

# One set-up at a time; the kernel releases the lock even after kill -9.
mkdir -p "$tools" || die "cannot write to $tools: set ASTRA_TOOLS to a folder that you own"
if ! ready; then
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$tools/small-model.lock"
    flock 9
  fi
  ready || install
  if command -v flock >/dev/null 2>&1; then exec 9>&-; fi
fi

if [ -z "$port" ]; then
  say "ready in $folder"
  exit 0
fi
"$python" -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1]))).close()' "$port" 2>/dev/null \
  || die "port $port of 127.0.0.1 cannot be used (taken, or not a port): choose another with --port N"
exec "$python" infra/small-model/serve.py "$port"
