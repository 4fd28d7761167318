"""The zygote's side of one process: relays what it writes, stops it at its limits, reports how it ended."""
import os
import select
import struct
from time import CLOCK_MONOTONIC, clock_gettime

import outbox

# `READY`: a process that stays waits for its orders. `GONE`: there is no process that could do what was asked.
ENDED, WALL, CPU, OUTPUT, READY, GONE = 0, 1, 2, 3, 4, 5
_STATUS = struct.Struct("<BiiIIII")
_HEAD_ROOM = 4096
_KILL = 9


class Watch:
    """The limits of one process, counted from now; `spent_s` of its CPU time were spent before it was forked."""

    def __init__(self, pid, order, spent_s=0.0):
        self.pid = pid
        self.started = clock_gettime(CLOCK_MONOTONIC)
        self.out_bytes = order.out_kb * 1024 + _HEAD_ROOM
        self._wall_ends = self.started + order.wall_ms / 1000
        self._cpu_s = order.cpu_ms / 1000 - spent_s
        self._cpu_clock = (~pid << 3) | 2

    def wait_ms(self):
        wall = self._wall_ends - clock_gettime(CLOCK_MONOTONIC)
        return max(0, int(min(wall, self._cpu_left()) * 1000)) + 1

    def broken(self):
        """Which limit is reached, ENDED when none."""
        if self._cpu_left() <= 0:
            return CPU
        return WALL if clock_gettime(CLOCK_MONOTONIC) >= self._wall_ends else ENDED

    def cpu_s(self):
        return clock_gettime(self._cpu_clock)

    def _cpu_left(self):
        return self._cpu_s - self.cpu_s()


def supervise(watch, pipe, asking=None):
    """Relays until the process ends or, with `asking`, until it waits to be forked. Closes the pipe; reports the end.

    Returns True when it stays.
    """
    ended = os.pidfd_open(watch.pid)
    poll = select.poll()
    for fd in (pipe, ended, *((asking.listener,) if asking else ())):
        poll.register(fd, select.POLLIN)
    stays = asking is not None and watch.pid == asking.pid
    try:
        reason = _relay(watch, (poll, pipe), asking)
        if stays and asking.ready() and reason == ENDED:
            asking.cpu_s = watch.cpu_s()
            tell(READY, 1)
            return True
        _, status, usage = os.wait4(watch.pid, 0)
    finally:
        os.close(pipe)
        os.close(ended)
    wall = clock_gettime(CLOCK_MONOTONIC) - watch.started
    _report(reason, status, (usage, wall))
    return False


def tell(reason, number=0):
    """A status frame that is not about the end of a process."""
    outbox.add(outbox.STATUS, _STATUS.pack(reason, number, 0, 0, 0, 0, 0))


def _relay(watch, source, asking):
    poll, pipe = source
    total, reason, is_open = 0, ENDED, True
    while True:
        ready = dict(poll.poll(outbox.patience_ms(None if reason else watch.wait_ms())))
        if not ready:
            reason = reason or watch.broken()
            if reason:
                os.kill(watch.pid, _KILL)
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
                    os.kill(watch.pid, _KILL)
        elif asking and ready.get(asking.listener, 0) & select.POLLIN:
            asking.refuse()
            if watch.pid == asking.pid and asking.ready():
                return reason
        else:
            return reason


def _report(reason, status, measured):
    usage, wall = measured
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
    signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    times = (int(usage.ru_utime * 1e6), int(usage.ru_stime * 1e6), int(wall * 1e6), usage.ru_maxrss)
    outbox.add(outbox.STATUS, _STATUS.pack(reason, code, signal, *times))
