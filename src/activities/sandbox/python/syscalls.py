"""Numbers of the system calls that the filters name, per machine: the kernel filters by number, and numbers differ."""
import os

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name: (x86-64, aarch64); None where the machine has no such call.
_NUMBERS = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "ioctl": (16, 29), "pread64": (17, 67),
    "readv": (19, 65), "writev": (20, 66), "access": (21, None), "select": (23, None), "sched_yield": (24, 124),
    "mremap": (25, 216), "madvise": (28, 233), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    "nanosleep": (35, 101), "getpid": (39, 172), "clone": (56, 220), "fork": (57, None), "vfork": (58, None),
    "exit": (60, 93), "wait4": (61, 260), "kill": (62, 129), "uname": (63, 160), "fcntl": (72, 25),
    "getcwd": (79, 17), "readlink": (89, None), "readlinkat": (267, 78), "getrlimit": (97, 163),
    "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173), "sigaltstack": (131, 132),
    "prctl": (157, 167), "setrlimit": (160, 164), "gettid": (186, 178), "tkill": (200, 130), "time": (201, None),
    "futex": (202, 98), "getdents64": (217, 61), "restart_syscall": (219, 128), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "exit_group": (231, 94), "tgkill": (234, 131),
    "waitid": (247, 95), "openat": (257, 56), "newfstatat": (262, 79), "faccessat": (269, 48),
    "pselect6": (270, 72), "ppoll": (271, 73), "poll": (7, None), "stat": (4, None), "lstat": (6, None),
    "set_robust_list": (273, 99), "pipe": (22, None), "pipe2": (293, 59), "prlimit64": (302, 261),
    "seccomp": (317, 277), "getrandom": (318, 278), "statx": (332, 291), "rseq": (334, 293),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "clone3": (435, 435), "close_range": (436, 436),
}  # fmt: skip

# The same numbers on every machine.
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
CLOSE_RANGE = 436


MACHINE = os.uname().machine
if MACHINE not in AUDIT_ARCH:
    # A filter with the numbers of another machine filters nothing.
    raise RuntimeError(f"no system call table for {MACHINE}; the sandbox knows {', '.join(AUDIT_ARCH)}")


def number(name):
    """The number of a system call on this machine, or None where it has no such call."""
    return _NUMBERS[name][0 if MACHINE == "x86_64" else 1]


def numbers(names):
    return [found for found in map(number, names) if found is not None]
