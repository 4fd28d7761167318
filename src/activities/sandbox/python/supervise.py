"""The zygote's side of one call: relays what the child writes, stops it at its limits, reports how it ended."""
import os
import select
import struct
from time import CLOCK_MONOTONIC, clock_gettime

import outbox
from one_call import LIMITS

ENDED, WALL, CPU, OUTPUT = 0, 1, 2, 3
_STATUS = struct.Struct("<BiiIIII")
_HEAD_ROOM = 4096
_KILL = 9


class _Watch:
    """The limits of one child, counted from its start mark."""

    def __init__(self, pid, limits):
        wall_ms, cpu_ms, _, out_kb, self.more = LIMITS.unpack(limits)
        self.started = clock_gettime(CLOCK_MONOTONIC)
        self.out_bytes = out_kb * 1024 + _HEAD_ROOM
        self._wall_ends = self.started + wall_ms / 1000
        self._cpu_s = cpu_ms / 1000
        self._cpu_clock = (~pid << 3) | 2

    def wait_ms(self):
        wall = self._wall_ends - clock_gettime(CLOCK_MONOTONIC)
        return max(0, int(min(wall, self._cpu_left()) * 1000)) + 1

    def broken(self):
        """Which limit is reached, ENDED when none."""
        if self._cpu_left() <= 0:
            return CPU
        return WALL if clock_gettime(CLOCK_MONOTONIC) >= self._wall_ends else ENDED

    def _cpu_left(self):
        return self._cpu_s - clock_gettime(self._cpu_clock)


def supervise(pid, pipe):
    """Waits for the child and writes its frames; False when it ended without a start mark: no request came."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    poll.register(ended, select.POLLIN)
    limits = _start_mark(pipe)
    if limits and _stays(limits):
        return _let_stay(pid, pipe, ended)
    watch = _Watch(pid, limits) if limits else None
    reason = _relay(pid, (poll, pipe), watch) if watch else ENDED
    _, status, usage = os.wait4(pid, 0)
    os.close(pipe)
    os.close(ended)
    if watch:
        wall = clock_gettime(CLOCK_MONOTONIC) - watch.started
        _report(reason, status, (usage, wall))
        if watch.more:
            outbox.hold()
        else:
            outbox.flush()
    return watch is not None


def reap():
    """Collects held processes that have ended; called when no call is running."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _stays(limits):
    """A request without a wall limit is for a process that Node talks to, and has killed, by itself."""
    return LIMITS.unpack(limits)[0] == 0


def _let_stay(pid, pipe, ended):
    while os.read(pipe, 1):
        pass
    os.close(pipe)
    os.close(ended)
    outbox.add(outbox.STATUS, _STATUS.pack(ENDED, pid, 0, 0, 0, 0, 0))
    outbox.flush()
    return True


def _start_mark(pipe):
    mark = b""
    while len(mark) < LIMITS.size:
        chunk = os.read(pipe, LIMITS.size - len(mark))
        if not chunk:
            return None
        mark += chunk
    return mark


def _relay(pid, source, watch):
    poll, pipe = source
    total, reason, is_open = 0, ENDED, True
    while True:
        ready = [fd for fd, _ in poll.poll(outbox.patience_ms(None if reason else watch.wait_ms()))]
        if not ready:
            reason = reason or watch.broken()
            if reason:
                os.kill(pid, _KILL)
        elif is_open and pipe in ready:
            count = outbox.take(pipe)
            total += count
            if count == 0:
                is_open = False
                poll.unregister(pipe)
            elif total > watch.out_bytes:
                outbox.drop(count)
                if not reason:
                    reason = OUTPUT
                    os.kill(pid, _KILL)
        else:
            return reason


def _report(reason, status, measured):
    usage, wall = measured
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
    signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    times = (int(usage.ru_utime * 1e6), int(usage.ru_stime * 1e6), int(wall * 1e6), usage.ru_maxrss)
    outbox.add(outbox.STATUS, _STATUS.pack(reason, code, signal, *times))
