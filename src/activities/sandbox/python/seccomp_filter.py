"""The two kernel filters: one for the whole zygote, a second one that takes more away from each call."""
import ctypes
import errno
import struct

from syscalls import AUDIT_ARCH, MACHINE, number, numbers

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO, _ASK = 0x7FFF0000, 0x80000000, 0x00050000, 0x7FC00000
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_X32_BIT = 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_SET_FILTER, _NEW_LISTENER = 1, 8
PR_SET_PDEATHSIG, SIGKILL = 1, 9
# A sibling instead of a child, so that the zygote can wait for it; nothing is shared with it.
SIBLING = 0x8000 | 17
# What the zygote may ask of a listener: receive, answer, hand over a descriptor.
NOTIFIED_RECEIVE, NOTIFIED_ANSWER, NOTIFIED_HAND_OVER = 0xC0502100, 0xC0182101, 0x40182103

_FILE_NAMES = (
    "openat", "newfstatat", "statx", "stat", "lstat", "access", "faccessat", "readlink", "readlinkat", "getdents64",
    "getcwd",
)  # fmt: skip
_COMMON = (
    "read", "write", "close", "fstat", "lseek", "mmap", "mprotect", "munmap", "brk", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "pread64", "readv", "writev", "select", "sched_yield", "mremap", "madvise", "dup", "dup2", "dup3",
    "nanosleep", "getpid", "exit", "uname", "fcntl", "getrlimit", "getrusage", "sysinfo", "times", "getuid", "getgid",
    "geteuid", "getegid", "getppid", "sigaltstack", "gettid", "time", "futex", "set_robust_list", "restart_syscall",
    "clock_gettime", "clock_getres", "clock_nanosleep", "exit_group", "poll", "ppoll", "pselect6", "getrandom", "rseq",
    "close_range",
)  # fmt: skip
_ZYGOTE_ONLY = (
    "clone", "fork", "wait4", "waitid", "kill", "pipe", "pipe2", "pidfd_open", "prctl", "prlimit64", "setrlimit",
    "seccomp",
)  # fmt: skip
# Named again although filter A refuses some of them already: filter B must be right by itself.
_TAKEN_FROM_CALLS = (*_ZYGOTE_ONLY, "vfork", "clone3", "tkill", "tgkill", "pidfd_send_signal", *_FILE_NAMES)
_O_WRITES = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20000000
_F_GETFD, _F_SETFD, _F_GETFL = 1, 2, 3
_MAP_SHARED = 1

libc = ctypes.CDLL(None, use_errno=True)


class Filter:
    """A classic BPF program in the memory layout that prctl wants."""

    def __init__(self, instructions):
        raw = b"".join(struct.pack("<HBBI", *one) for one in instructions)
        self._program = ctypes.create_string_buffer(raw, len(raw))
        self._header = ctypes.create_string_buffer(
            struct.pack("@HxxxxxxP", len(instructions), ctypes.addressof(self._program))
        )

    def install(self):
        """Applies the filter to this process and all it starts; raises OSError where the kernel refuses."""
        prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(self._header))

    def install_asking(self):
        """The same; returns a descriptor on which someone must answer the calls that the filter asks about."""
        listener = libc.syscall(number("seccomp"), _SET_FILTER, _NEW_LISTENER, ctypes.c_void_p(ctypes.addressof(self._header)))
        if listener < 0:
            raise OSError(ctypes.get_errno(), "this kernel cannot ask about system calls")
        return listener


_prctl = libc.prctl
_prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)


def prctl(option, value, pointer=0):
    if _prctl(option, value, pointer, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}, {value}) failed")


def forbid_new_privileges():
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def zygote_filter():
    """Allow list of the zygote; its children inherit it."""
    program = _guards()
    program += [
        (_EQUAL, 0, 4, number("openat")),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * 2),
        (_ANY_BIT, 0, 1, _O_WRITES),
        (_RETURN, 0, 0, _ERRNO | errno.EROFS),
        (_RETURN, 0, 0, _ALLOW),
    ]
    # clone3 keeps its flags in memory where no filter sees them; ENOSYS makes libc use clone.
    program += _answer([number("clone3")], _ERRNO | errno.ENOSYS)
    requests = (NOTIFIED_RECEIVE, NOTIFIED_ANSWER, NOTIFIED_HAND_OVER)
    program += _where("ioctl", 1, requests, (_ALLOW, _ERRNO | errno.ENOTTY))
    names = [name for name in _COMMON + _FILE_NAMES + _ZYGOTE_ONLY if name != "openat"]
    program += _answer(numbers(names), _ALLOW)
    return Filter([*program, (_RETURN, 0, 0, _ERRNO | errno.EPERM)])


def call_filter():
    """What each call loses on top: processes, signals, limits, files by name, and most of fcntl."""
    program = _guards() + _little_fcntl() + _answer([number("ioctl")], _ERRNO | errno.ENOTTY)
    program += _answer(numbers(_TAKEN_FROM_CALLS), _ERRNO | errno.EPERM)
    return Filter([*program, (_RETURN, 0, 0, _ALLOW)])


def forkable_filter():
    """The same for a process that others are forked from: it may ask to be doubled, and its double for its descriptors.

    Memory that doubles would share is refused: through it one call could see another.
    """
    refused = _ERRNO | errno.EPERM
    program = _guards() + _little_fcntl() + _answer([number("ioctl")], _ERRNO | errno.ENOTTY)
    program += _where("clone", 0, (SIBLING,), (_ASK, refused))
    program += _answer([number("pipe2")], _ASK)
    program += [
        (_EQUAL, 0, 4, number("mmap")),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * 3),
        (_ANY_BIT, 0, 1, _MAP_SHARED),
        (_RETURN, 0, 0, refused),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program += [
        (_EQUAL, 0, 6, number("prctl")),
        (_LOAD, 0, 0, _ARGUMENTS_AT),
        (_EQUAL, 0, 3, PR_SET_PDEATHSIG),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8),
        (_EQUAL, 0, 1, SIGKILL),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, refused),
    ]
    program += _answer(numbers(_TAKEN_FROM_CALLS), refused)
    return Filter([*program, (_RETURN, 0, 0, _ALLOW)])


def _little_fcntl():
    return _where("fcntl", 1, (_F_GETFD, _F_SETFD, _F_GETFL), (_ALLOW, _ERRNO | errno.EPERM))


def _where(name, argument, values, actions):
    """One action where the low half of an argument is among the values, the other where it is not."""
    found, otherwise = actions
    steps = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [
        (_EQUAL, 0, len(values) + 3, number(name)),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument),
        *steps,
        (_RETURN, 0, 0, otherwise),
        (_RETURN, 0, 0, found),
    ]


def _guards():
    program = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, AUDIT_ARCH[MACHINE]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if MACHINE == "x86_64":
        program += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL_PROCESS)]
    return program


def _answer(of_numbers, action):
    return [step for one in of_numbers for step in ((_EQUAL, 0, 1, one), (_RETURN, 0, 0, action))]
