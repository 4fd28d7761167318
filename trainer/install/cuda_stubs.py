"""Makes the ordinary Linux build of torch importable without its GPU libraries.

That build is linked against some fourteen CUDA libraries, 2.5 GB in packages of their own, which a machine without a
GPU never calls. For every one that is missing this writes a small library of the same name beside torch's own; its
functions do nothing but answer 100 (cudaErrorNoDevice), so that torch.cuda.is_available() is False. Needs gcc and
readelf.

Usage: python cuda_stubs.py   (with the Python whose torch is meant)
"""

import collections
import pathlib
import re
import subprocess
import sysconfig
import tempfile

GPU_LIBRARY = re.compile(r"lib(cu|nv|nccl)")
GPU_SYMBOL = re.compile(
    r"^(cu[A-Z_]|cuda|cublas|cusparse|cufft|cudnn|cusolver|nccl|nvrtc|nvshmem|nvtx|cupti|cuFile|nv|__cuda)"
)
RUNTIME = "libcudart"


def readelf(*arguments: str) -> str:
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def missing_libraries(own: list[pathlib.Path]) -> set[str]:
    here = {path.name for path in own}
    needed = {name for path in own for name in re.findall(r"NEEDED.*\[(.*)\]", readelf("-d", str(path)))}
    return {name for name in needed if name not in here and GPU_LIBRARY.match(name)}


def version_nodes(own: list[pathlib.Path], missing: set[str]) -> dict[str, str]:
    """Version name -> library, for the libraries whose symbols carry versions."""
    nodes: dict[str, str] = {}
    for path in own:
        library = ""
        for line in readelf("-V", str(path)).splitlines():
            if file := re.search(r"File: (\S+)", line):
                library = file.group(1)
            if (name := re.search(r"Name: (\S+)", line)) and library in missing:
                nodes[name.group(1)] = library
    return nodes


def wanted_symbols(own: list[pathlib.Path], nodes: dict[str, str]) -> tuple[dict[tuple[str, str], set[str]], set[str]]:
    """Symbols per (library, version), and those without a version that none of torch's own libraries defines."""
    versioned: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    loose: set[str] = set()
    defined: set[str] = set()
    for path in own:
        for line in readelf("--dyn-syms", str(path)).splitlines():
            fields = line.split()
            if len(fields) < 8 or not fields[0].rstrip(":").isdigit():
                continue
            name, _, version = fields[7].replace("@@", "@").partition("@")
            if fields[6] != "UND":
                defined.add(name)
            elif version in nodes:
                versioned[nodes[version], version].add(name)
            elif not version and fields[4] != "WEAK":
                loose.add(name)
    return versioned, {name for name in loose - defined if GPU_SYMBOL.match(name)}


def source_of(names: set[str]) -> str:
    lines = []
    for name in sorted(names):
        # The one function whose result is also read: it must say that there are no devices.
        counts = name == "cudaGetDeviceCount"
        lines.append(
            f"int {name}(int *count) {{ *count = 0; return 100; }}" if counts else f"int {name}(void) {{ return 100; }}"
        )
    return "\n".join(lines) + "\n"


def build(folder: pathlib.Path, library: str, symbols: dict[str, set[str]], loose: set[str]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "stub.c")
        source.write_text(source_of(loose.union(*symbols.values())))
        command = ["gcc", "-w", "-O1", "-shared", "-fPIC", "-nostdlib", "-fno-builtin", f"-Wl,-soname,{library}"]
        if symbols:
            script = pathlib.Path(scratch, "stub.map")
            nodes = ((v, "".join(f"{name}; " for name in sorted(names))) for v, names in sorted(symbols.items()))
            script.write_text("\n".join(f"{v} {{ global: {names}}};" if names else f"{v} {{ }};" for v, names in nodes))
            command.append(f"-Wl,--version-script={script}")
        subprocess.run([*command, "-o", str(folder / library), str(source)], check=True)


def main() -> None:
    folder = pathlib.Path(sysconfig.get_paths()["purelib"]) / "torch" / "lib"
    own = sorted(path for path in folder.glob("*.so*") if not path.is_symlink())
    missing = missing_libraries(own)
    nodes = version_nodes(own, missing)
    versioned, loose = wanted_symbols(own, nodes)
    for library in sorted(missing):
        symbols = {version: versioned[library, version] for version, owner in nodes.items() if owner == library}
        build(folder, library, symbols, loose if library.startswith(RUNTIME) else set())
    print(f"trainer: {len(missing)} stub libraries beside torch")


if __name__ == "__main__":
    main()
