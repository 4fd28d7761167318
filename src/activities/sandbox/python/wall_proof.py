"""Runs inside the sandbox at start: the names of forbidden things that were possible after all. None may be."""
import errno
import os
import sys


def attempt():
    own = os.fork.__self__
    attempts = {
        "use a descriptor of the host": lambda: _open_descriptors() or _refused(),
        "start a process": lambda: own.fork() or own._exit(0),
        "send a signal": lambda: own.kill(0, 0),
        "open a folder": lambda: own.listdir("/"),
        "open a file": lambda: own.open("/dev/null", os.O_RDONLY),
        "write a file": lambda: own.open("/tmp/wall-proof", os.O_WRONLY | os.O_CREAT),
        "make a pipe": own.pipe,
        "change a limit": lambda: own.setpriority(0, 0, 0),
        "import what was not loaded": _import_unloaded,
    }
    return [name for name, act in attempts.items() if _possible(act)]


def _possible(act):
    try:
        act()
    except (OSError, ImportError) as error:
        return isinstance(error, OSError) and error.errno not in (errno.EPERM, errno.EROFS)
    return True


def _open_descriptors():
    found = []
    for fd in range(4, 256):
        try:
            os.get_inheritable(fd)
            found.append(fd)
        except OSError:
            pass
    return found


def _refused():
    raise PermissionError(errno.EPERM, "nothing is open")


def _import_unloaded():
    sys.modules.pop("sqlite3", None)
    import sqlite3  # noqa: F401
