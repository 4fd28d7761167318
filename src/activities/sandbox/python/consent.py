"""The zygote's side of forking processes that ran tool code: what they ask for, and what they get."""
import fcntl
import os
import select
import struct
from time import CLOCK_MONOTONIC, clock_gettime

from seccomp_filter import NOTIFIED_ANSWER, NOTIFIED_HAND_OVER, NOTIFIED_RECEIVE
from syscalls import number

_NOTIFIED, _ANSWER, _HAND_OVER = struct.Struct("<QIIiIQ6Q"), struct.Struct("<QqiI"), struct.Struct("<QIIII")
_CONTINUE, _AT_NUMBER = 1, 1
_EPERM = 1
# How long a process that is asked to fork may take before it counts as hostile.
_PATIENCE_MS = 1_000
_CLONE, _PIPES = number("clone"), number("pipe2")


class Unwilling(Exception):
    """The process does not fork. With `stray`, an unknown double of it may live."""

    def __init__(self, stray):
        super().__init__()
        self.stray = stray


class Forkable:
    """One process that waits to be forked; doubles of it share its listener."""

    def __init__(self, pid, listener):
        self.pid = pid
        self.listener = listener
        self.cpu_s = 0.0
        self._waiting = None

    def doubles(self, known, gifts):
        """Lets it fork once for each gift, a dictionary {number of a descriptor there: ours}; returns the new pids.

        The next fork does not wait until the last double has asked for its descriptors. Raises Unwilling.
        """
        if not self.asks():
            raise Unwilling(False)
        born, allowed = [], 0
        deadline = _soon()
        while len(born) < len(gifts):
            if self._waiting is not None and allowed < len(gifts):
                waiting, self._waiting = self._waiting, None
                if not _answered(self.listener, waiting, 0, _CONTINUE):
                    raise Unwilling(allowed > len(born))
                allowed += 1
            question = self._next(deadline, allowed > len(born))
            asked, pid, call = question
            if call == _PIPES and allowed > len(born) and pid != self.pid and pid not in known and pid not in born:
                for theirs, ours in gifts[len(born)].items():
                    _hand_over(self.listener, (asked, ours, theirs))
                _answered(self.listener, asked, 0, 0)
                born.append(pid)
                deadline = _soon()
            else:
                self._deny(question)
        return born

    def refuse(self):
        """Answers one question that came at the wrong time; a wish to be forked is kept for later."""
        self._deny(self._receive())

    def asks(self):
        """False where the kernel cannot ask: then it never forks."""
        return self.listener >= 0

    def ready(self):
        return self._waiting is not None

    def _deny(self, question):
        asked, pid, call = question
        if pid == self.pid and call == _CLONE and self._waiting is None:
            self._waiting = asked
        elif asked:
            _answered(self.listener, asked, -_EPERM, 0)

    def _next(self, deadline, stray):
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        left = int((deadline - clock_gettime(CLOCK_MONOTONIC)) * 1000)
        events = poll.poll(left) if left > 0 else []
        if not events or not events[0][1] & select.POLLIN:
            raise Unwilling(stray)
        return self._receive()

    def _receive(self):
        try:
            notified = bytearray(_NOTIFIED.size)
            fcntl.ioctl(self.listener, NOTIFIED_RECEIVE, notified)
        except OSError:
            return 0, 0, 0  # who asked died meanwhile
        asked, pid, _, call, *_ = _NOTIFIED.unpack(notified)
        return asked, pid, call


def _soon():
    return clock_gettime(CLOCK_MONOTONIC) + _PATIENCE_MS / 1000


def _answered(listener, asked, error, flags):
    try:
        fcntl.ioctl(listener, NOTIFIED_ANSWER, bytearray(_ANSWER.pack(asked, 0, error, flags)))
    except OSError:
        return False  # it died meanwhile
    return True


def _hand_over(listener, what):
    asked, ours, theirs = what
    fcntl.ioctl(listener, NOTIFIED_HAND_OVER, bytearray(_HAND_OVER.pack(asked, _AT_NUMBER, ours, theirs, 0)))
