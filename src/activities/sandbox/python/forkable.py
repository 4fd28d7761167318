"""The side of a process that ran tool code and from which others are forked: only when the zygote consents each time.

It must be able to fork, and its tool code must not. So its filter makes the kernel ask the zygote about each fork, and
the zygote knows when it wants one. The double has nothing until the zygote, who learns its process id from the kernel,
hands it descriptors: what they carry never passes through the process it was forked from.
"""
import ctypes
import os
import struct

from seccomp_filter import PR_SET_PDEATHSIG, SIBLING, SIGKILL, call_filter, forkable_filter, prctl
from syscalls import CLOSE_RANGE, number

# Told to the zygote before any tool code runs: number of the listener in the descriptor table that both still share.
MARK = struct.Struct("<i")
_UNSHARE = 2
_BEYOND_ALL = 1 << 30
_filter, _strict_filter = forkable_filter(), call_filter()
# Keeps the interpreter's lock, so that the double has it too.
_syscall = ctypes.PyDLL(None, use_errno=True).syscall
_clone, _pipes = number("clone"), number("pipe2")
_exit, _write = os._exit, os.write


def shut_in(mark_fd, walled):
    """Installs the filter, leaves its listener to the zygote (-1: none) and gets a descriptor table of its own."""
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    listener = -1
    if walled:
        try:
            listener = _filter.install_asking()
        except OSError:
            # A kernel that cannot ask about forks: then there are none.
            _strict_filter.install()
    if _syscall(CLOSE_RANGE, _BEYOND_ALL, _BEYOND_ALL, _UNSHARE) != 0:
        _exit(1)
    _write(mark_fd, MARK.pack(listener))


def double():
    """Waits for the zygote's consent; True in the double, which has got its descriptors."""
    pid = _syscall(_clone, SIBLING, 0, 0, 0, 0)
    if pid < 0:
        _exit(1)
    if pid:
        return False
    if _syscall(_pipes, 0, 0) != 0:
        _exit(1)
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    return True
