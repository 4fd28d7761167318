"""A warm Python that forks one child per call. It never reads a request and never runs, compiles or unmarshals tool code.

fd 0: requests, read by the children. fd 1: frames to Node, written by this process alone. With `channels=N`, fds 3 and
up: one line each between Node and a child that stays.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import gc
import json
import resource
import signal

from seccomp_filter import forbid_new_privileges, libc, zygote_filter
from syscalls import CLOSE_RANGE

_MAX_MEM_BYTES, _STACK_BYTES = 4 << 30, 8 << 20
_NOBODY = 65534
_UNSAFE = "unsafe" in sys.argv
# Descriptors from 3 on that Node gave for held processes.
_CHANNELS = next((int(one[9:]) for one in sys.argv if one.startswith("channels=")), 0)
_MAX_FDS = 64 + _CHANNELS
_KEPT_ENVIRONMENT = ("LC_ALL", "TZ")


def main():
    # One group for all that is forked here, so that all of it can be ended at once.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    _close_inherited()
    null_fd = os.open(os.devnull, os.O_RDWR)
    _limit_self()
    os.environ["PYTHONTZPATH"] = ""

    import stdlib
    import zones

    stdlib.preload()
    zones.install()

    import determinism
    import landlock
    import one_call
    import outbox
    import serve
    import warm_up

    determinism.install()
    _drop_root()
    abi = 0 if _UNSAFE else _wall_in(landlock)
    one_call.walled = not _UNSAFE
    for name in set(os.environ).difference(_KEPT_ENVIRONMENT):
        del os.environ[name]
    stdlib.close()
    warm_up.warm_up()
    ready = json.dumps({"python": sys.version.split()[0], "landlock": abi}).encode()
    gc.collect()
    warm_up.fill_holes()
    gc.freeze()
    gc.disable()
    outbox.add(outbox.READY, ready)
    outbox.flush()
    serve.Zygote(null_fd, _MAX_FDS).serve()
    # Whatever still lives here has lost the one that watches it.
    os.kill(0, signal.SIGKILL)


def _close_inherited():
    if libc.syscall(CLOSE_RANGE, 3 + _CHANNELS, 0xFFFFFFFF, 0) != 0:
        os.closerange(3 + _CHANNELS, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _limit_self():
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _MAX_FDS),
        (resource.RLIMIT_AS, _MAX_MEM_BYTES),
        (resource.RLIMIT_STACK, _STACK_BYTES),
    ):
        resource.setrlimit(what, (limit, limit))


def _wall_in(landlock):
    forbid_new_privileges()
    abi = landlock.restrict()
    zygote_filter().install()
    _prove_filter()
    return abi


def _drop_root():
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _prove_filter():
    """Fails closed: a kernel that takes the filter and does not apply it must not be used."""
    try:
        os.getpgid(0)
    except PermissionError:
        return
    raise RuntimeError("the kernel accepted the system call filter but does not apply it")


main()
