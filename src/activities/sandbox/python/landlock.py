"""Landlock: a second lock in kernels that have it. The zygote has loaded all it needs, so nothing stays allowed."""
import ctypes
import struct

from seccomp_filter import libc
from syscalls import LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF

# Rights that exist from each ABI version on: files, TCP bind and connect, scopes (abstract sockets, signals).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP_SINCE, _TCP_RIGHTS = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11


def restrict():
    """Forbids every file, TCP port and signal to strangers. Returns the ABI version, 0 where the kernel has none."""
    abi = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if abi <= 0:
        return 0
    rights = max(count for since, count in _FILE_RIGHTS.items() if since <= abi)
    words = [(1 << rights) - 1]
    if abi >= _TCP_SINCE:
        words.append(_TCP_RIGHTS)
    if abi >= _SCOPES_SINCE:
        words.append(_SCOPES)
    ruleset = struct.pack(f"<{len(words)}Q", *words)
    fd = libc.syscall(LANDLOCK_CREATE_RULESET, ruleset, ctypes.c_size_t(len(ruleset)), 0)
    if fd < 0 or libc.syscall(LANDLOCK_RESTRICT_SELF, fd, 0) != 0:
        raise OSError(ctypes.get_errno(), f"Landlock ABI {abi} is present but refused the rules")
    libc.close(fd)
    return abi
