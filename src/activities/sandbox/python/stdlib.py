"""The standard library that tool code may import: all of it is loaded before any tool runs, nothing later."""
import codecs
import importlib
import sys

# fmt: off
_MODULES = (
    "abc", "argparse", "array", "ast", "atexit", "base64", "binascii", "bisect", "builtins", "calendar", "cmath",
    "codecs", "collections", "collections.abc", "colorsys", "contextlib", "contextvars", "copy", "copyreg", "csv",
    "dataclasses", "datetime", "decimal", "difflib", "enum", "errno", "fractions", "functools", "gc", "graphlib",
    "hashlib", "heapq", "hmac", "html", "html.entities", "html.parser", "inspect", "io", "ipaddress", "itertools",
    "json", "json.decoder", "json.encoder", "keyword", "locale", "logging", "marshal", "math", "numbers", "operator",
    "os", "os.path", "pathlib", "pprint", "queue", "random", "re", "reprlib", "sched", "secrets", "shlex", "signal",
    "statistics", "string", "struct", "sys", "textwrap", "threading", "time", "token", "tokenize", "traceback",
    "types", "typing", "unicodedata", "urllib", "urllib.parse", "uuid", "warnings", "weakref", "zlib", "zoneinfo",
    # Imported by the ones above at the first use of a function.
    "_strptime", "_pydecimal", "_colorize", "encodings.idna", "importlib.resources", "stringprep",
)
_CODECS = (
    "ascii", "base64", "cp1252", "hex", "latin-1", "punycode", "raw_unicode_escape", "rot13", "unicode_escape",
    "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32",
)
# Parts of the sandbox, and the doors to system calls. Hiding them is tidiness: the kernel filters are the wall.
# `resource` has to stay: os.wait4 imports it each time.
_HIDDEN = (
    "ctypes", "_ctypes", "_ctypes_test", "select", "fcntl", "mmap", "socket", "_socket", "_posixsubprocess",
    "capture", "consent", "determinism", "episode_run", "forkable", "held", "inbox", "landlock", "one_call", "orders",
    "outbox", "result_frame", "seccomp_filter", "serve", "stays", "stdlib", "strict_value", "supervise", "syscalls",
    "tool_run", "zones",
)
# fmt: on


class _NothingElse:
    """The only finder left: what is not loaded yet does not exist for the tool."""

    @staticmethod
    def find_spec(_name, _path=None, _target=None):
        return None


def preload():
    """Imports everything tools may use; modules that this Python version does not have are left out."""
    for name in _MODULES:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not name.startswith("_"):
                raise RuntimeError(f"the interpreter has no module {name!r}: install the full standard library") from error
    for name in _CODECS:
        codecs.lookup(name)
    sys.modules["datetime"].datetime.strptime("2026-01-01", "%Y-%m-%d")


def close():
    """From here on an import finds what `preload` loaded and nothing else."""
    for name in _HIDDEN:
        sys.modules.pop(name, None)
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [_NothingElse]
