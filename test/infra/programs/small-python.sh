#!/bin/sh
# Stands in for the Python of a trainer under test, and for uv. Its installation waits for the file "go" beside it, whose
# text is "fail", "break" or "serve"; as the trainer it answers /health, or ends at once where it was to break.
set -eu
place=$(dirname "$0")
case "$*" in
  *'-m venv '*)
    while [ ! -s "$place/go" ]; do sleep 0.05; done
    if [ "$(cat "$place/go")" = fail ]; then echo 'no space left on the device' >&2; exit 1; fi
    for dir; do :; done # the last argument
    mkdir -p "$dir/bin"
    cp "$0" "$dir/bin/python"
    cp "$place/go" "$dir/bin/go" ;;
  *'-m astra_trainer serve '*)
    if [ "$(cat "$place/go")" = break ]; then echo 'no such model' >&2; exit 1; fi
    exec "$SMALL_PYTHON_NODE" -e '
      const [home, port] = ["--home", "--port"].map((flag) => process.argv[process.argv.indexOf(flag) + 1]);
      const health = JSON.stringify({ status: "ok", home, pid: process.pid });
      require("node:http").createServer((_, response) => response.end(health)).listen(Number(port), "127.0.0.1");
    ' -- "$@" ;;
esac
