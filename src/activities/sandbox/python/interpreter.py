"""Prints what Node must know about this interpreter: where it lies and which files it maps once all is loaded."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import re
import sysconfig

import stdlib

stdlib.preload()
import ctypes, resource, select  # noqa: E401,F401 - the zygote needs their libraries too


def mapped_libraries():
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[5].strip() for line in maps if line.count("/")}
    return {path for path in paths if ".so" in os.path.basename(path) and not path.startswith(STDLIB + "/")}


def names_of(path):
    """The file and the links beside it that lead to it: programs ask for a library by one of those links."""
    folder = os.path.dirname(path)
    links = [entry.path for entry in os.scandir(folder) if entry.is_symlink()]
    return [path, *(link for link in links if os.path.realpath(link) == path)]


def loader():
    """The dynamic loader under the name that the program file asks for, seen through links of the root folder."""
    with open(sys.executable, "rb") as program:
        found = re.search(rb"(/[\w./-]*/ld[\w.-]*)\0", program.read(1 << 16))
    if not found:
        return {}
    asked = os.fsdecode(found[1])
    return {os.path.realpath(asked): [os.path.join(os.path.realpath(os.path.dirname(asked)), os.path.basename(asked))]}


STDLIB = os.path.realpath(sysconfig.get_paths()["stdlib"])
print(
    json.dumps(
        {
            "executable": os.path.realpath(sys.executable),
            "version": sys.version.split()[0],
            "stdlib": STDLIB,
            "libraries": {path: names_of(path) for path in sorted(mapped_libraries())} | loader(),
            "rootLinks": {p: os.readlink(p) for p in ("/lib", "/lib64", "/bin", "/usr/lib64") if os.path.islink(p)},
            "sitePackages": [p for p in (STDLIB + "/site-packages", STDLIB + "/dist-packages") if os.path.isdir(p)],
        }
    )
)
