#!/bin/sh
# Installs the benchmark BFCL into a folder of its own; says sizes first; does nothing twice.
# Usage: sh infra/bfcl/install.sh DIR
set -eu
here=$(cd -P "$(dirname "$0")" && pwd)
say() { printf 'bfcl: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

dir=${1:-}
case $dir in '' | -*) die "got '${dir}'; expected a folder to install into" ;; esac
cmp -s "$here/requirements.txt" "$dir/.installed" && exit 0

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || die "$python is missing. Debian: sudo apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' \
  || die "$("$python" -V) does not fit: 3.10 to 3.12 is needed; set PYTHON to another one"
say "about 90 MB to download, 330 MB installed in $dir; once"
rm -rf "$dir"
mkdir -p "$(dirname "$dir")"
"$python" -m venv "$dir" || die "$python has no venv. Debian: sudo apt-get install python3-venv"
# Without its dependencies: most of them are libraries of vendors that are not measured here (stand_ins.py).
PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
  "$dir/bin/pip" install --quiet --no-deps -r "$here/requirements.txt" >&2 \
  || die "pip could not install $here/requirements.txt (its message is above)"
cp "$here/requirements.txt" "$dir/.installed"
