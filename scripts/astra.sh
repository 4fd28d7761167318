#!/bin/sh
# The command `astra`: also when called through the link node_modules/.bin/astra, from any folder.
# File arguments stay relative to the folder the user is in.
set -eu
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=$(dirname "$self")/$target ;; esac
done
unset npm_lifecycle_event
ASTRA_CWD=$PWD
export ASTRA_CWD
exec sh "$(dirname "$self")/bootstrap.sh" src/cli/main.ts "$@"
