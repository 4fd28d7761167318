"""One clock and one source of chance for a call, so that the same call gives the same bytes everywhere.

Patched once, in the zygote; a call only sets the two values. Not covered: `id()` and what is derived from addresses.
"""
import ctypes
import datetime
import gc
import logging
import os
import posix
import random
import resource
import time
import uuid

_EPOCH = datetime.datetime(1970, 1, 1)
_real = {name: getattr(time, name) for name in ("gmtime", "localtime", "strftime", "asctime")}
_plain_random = random.Random
_seed_with = random.Random.seed
_seed_core = random._inst.__class__.__mro__[1].seed


class _State:
    now_ns = 0
    started_ns = 0
    seed = "0"
    entropy = None


def begin(now_ms, seed):
    """Sets clock and seed of the call that starts in this process."""
    _State.now_ns = _State.started_ns = now_ms * 1_000_000
    _State.seed, _State.entropy = seed, None
    # Below the methods of `random`, which do much for every call, needed or not.
    _seed_core(random._inst, int.from_bytes(seed.encode("utf-8", "replace"), "big"))
    random._inst.gauss_next = None


def entropy(count):
    """`count` bytes that follow from the seed alone, instead of `os.urandom`."""
    if _State.entropy is None:
        _State.entropy = _plain_random(f"entropy {_State.seed}")
    return _State.entropy.randbytes(count)


def install():
    """Patches every clock and every source of entropy; raises RuntimeError where one still shows the real thing."""
    _patch_clocks()
    _patch_calendar()
    _patch_entropy()
    _patch_host_facts()
    begin(1_000, "probe")
    shown = (time.time(), time.monotonic_ns(), datetime.datetime.now(), datetime.date.today().year)
    if shown != (1.0, 0, _EPOCH + datetime.timedelta(seconds=1), 1970):
        raise RuntimeError(f"the clock of this interpreter cannot be fixed: it shows {shown}")


def _patch_clocks():
    def epoch_ns(*_clock):
        return _State.now_ns

    def elapsed_ns(*_clock):
        return _State.now_ns - _State.started_ns

    def sleep(seconds):
        if not seconds >= 0:
            raise ValueError("sleep length must be non-negative")
        _State.now_ns += int(seconds * 1e9)

    def clock_gettime_ns(clock):
        return epoch_ns() if clock == time.CLOCK_REALTIME else elapsed_ns()

    def clock_gettime(clock):
        return clock_gettime_ns(clock) / 1e9

    time.time_ns, time.time = epoch_ns, lambda: _State.now_ns / 1e9
    for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
        setattr(time, name + "_ns", elapsed_ns)
        setattr(time, name, lambda: elapsed_ns() / 1e9)
    time.sleep, time.clock_gettime, time.clock_gettime_ns = sleep, clock_gettime, clock_gettime_ns
    _patch_broken_down_time()


def _patch_broken_down_time():
    def now_or(seconds):
        return _State.now_ns // 1_000_000_000 if seconds is None else seconds

    time.gmtime = lambda seconds=None: _real["gmtime"](now_or(seconds))
    time.localtime = lambda seconds=None: _real["localtime"](now_or(seconds))
    time.asctime = lambda parts=None: _real["asctime"](time.localtime() if parts is None else parts)
    time.ctime = lambda seconds=None: _real["asctime"](time.localtime(seconds))
    time.strftime = lambda form, parts=None: _real["strftime"](form, time.localtime() if parts is None else parts)


def _patch_calendar():
    """Replaces two methods inside the C type itself, so that `type(x) is datetime`, repr and pickles stay as they are."""

    def now(cls, tz=None):
        moment = _EPOCH + datetime.timedelta(microseconds=_State.now_ns // 1000)
        parts = (*moment.timetuple()[:6], moment.microsecond)
        return cls(*parts) if tz is None else tz.fromutc(cls(*parts, tzinfo=tz))

    methods = gc.get_referents(datetime.datetime.__dict__)[0]
    methods["now"] = classmethod(now)
    methods["utcnow"] = classmethod(lambda cls: now(cls))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def _patch_entropy():
    def seed(self, a=None, version=2):
        _seed_with(self, entropy(32) if a is None else a, version)

    def getrandom(size, _flags=0):
        return entropy(size)

    random.Random.seed = seed
    random.seed = random._inst.seed
    random._urandom = entropy
    for module in (os, posix):
        module.urandom, module.getrandom = entropy, getrandom
    uuid._generate_time_safe = uuid._UuidCreate = None
    uuid._node = 0x020000000001
    logging._startTime = 0


def _patch_host_facts():
    """What differs from host to host or process to process and is of no use to a tool."""
    uname = os.uname_result(("Linux", "sandbox", "0", "0", "sandbox"))
    usage = resource.struct_rusage((0.0, 0.0) + (0,) * 14)
    resource.getrusage = lambda _who: usage
    times = os.times_result((0.0, 0.0, 0.0, 0.0, 0.0))
    for module in (os, posix):
        module.getpid, module.getppid = (lambda: 2), (lambda: 1)
        module.uname, module.times = (lambda: uname), (lambda: times)
        module.cpu_count, module.getloadavg = (lambda: 1), (lambda: (0.0, 0.0, 0.0))
