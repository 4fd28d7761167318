"""The zygote's loop: takes one order after the other and has a process of its own for each piece of tool code."""
import ctypes
import os
import resource

import inbox
import one_call
import orders
import outbox
import stays
from consent import Forkable, Unwilling
from forkable import MARK
from supervise import GONE, READY, Watch, supervise, tell
from syscalls import number

# Past the interpreter's own fork handlers: they reseed, renew locks and walk threads that this process does not have,
# and each page they touch is a page that every call must copy.
_library = ctypes.PyDLL(None, use_errno=True)
_fork, _syscall = _library.fork, _library.syscall
_CLONE, _SHARED_DESCRIPTORS, _SIGCHLD = number("clone"), 0x400, 17
_KILL = 9
_RESULT_FD, _REQUEST_FD = 3, 0


class Zygote:
    def __init__(self, null_fd, max_fds):
        self._ground = (null_fd, max_fds)
        self._go_read, self._go = os.pipe()
        # The process that will run the next plain order, forked ahead of time: (pid, pipe).
        self._next = None
        self._templates, self._held = {}, {}
        self._do = {
            orders.RUN: self._run,
            orders.LOAD: self._load,
            orders.USE: self._use,
            orders.HOLD: self._hold,
            orders.FORK: self._fork_held,
            orders.STOP: self._stop,
        }

    def serve(self):
        while True:
            self._next = self._next or self._forked()
            data = orders.exactly(0, orders.SIZE)
            if data is None:
                return
            order = orders.parse(data)
            self._do[order.kind](order, data)
            if order.more:
                outbox.hold()
            else:
                outbox.flush()

    def _run(self, order, data):
        (pid, pipe), self._next = self._next, None
        os.write(self._go, data)
        if not os.read(pipe, 1):
            raise RuntimeError("the process of a call ended before it took its request")
        supervise(Watch(pid, order), pipe)

    def _load(self, order, _data):
        self._drop(self._templates, order.slot)
        pid, pipe, listener = self._started(order, stays.template)
        found = Forkable(pid, listener)
        if supervise(Watch(pid, order), pipe, found if found.asks() else None):
            self._templates[order.slot] = found
        elif found.asks():
            os.close(listener)

    def _use(self, order, _data):
        request = inbox.take(0, order.size)
        found = self._templates.get(order.slot)
        if not found:
            return tell(GONE)
        answers, result = os.pipe()
        request_end, request_start = os.pipe()
        inbox.pass_on(request_start, request)
        os.close(request_start)
        try:
            pids = self._doubles(found, [{_RESULT_FD: result, _REQUEST_FD: request_end}])
        finally:
            os.close(result)
            os.close(request_end)
        if not pids:
            os.close(answers)
            self._drop(self._templates, order.slot)
            return tell(GONE)
        resource.prlimit(pids[0], resource.RLIMIT_AS, (order.mem_mb << 20,) * 2)
        supervise(Watch(pids[0], order, found.cpu_s), answers, found)

    def _hold(self, order, _data):
        self._free(order.line)
        pid, pipe, listener = self._started(order, stays.hold)
        while os.read(pipe, 1):
            pass
        os.close(pipe)
        self._held[order.line] = Forkable(pid, listener)
        tell(READY, 1)

    def _fork_held(self, order, _data):
        """The body names the lines of the doubles."""
        lines = inbox.numbers(0, order.size)[1:]
        for line in lines:
            self._free(line)
        found = self._held.get(order.slot)
        pids = found and self._doubles(found, [{_RESULT_FD: stays.FIRST_LINE + line} for line in lines])
        if not pids:
            return tell(GONE)
        for pid, line in zip(pids, lines):
            self._held[line] = Forkable(pid, found.listener)
        tell(READY, len(pids))

    def _stop(self, order, _data):
        inbox.take(0, order.size)
        self._drop(self._held, order.line)
        tell(READY)

    def _free(self, line):
        """Makes a line ready for another process: requests that the last one never read are thrown away."""
        self._drop(self._held, line)
        inbox.drain(stays.FIRST_LINE + line)

    def _doubles(self, found, gifts):
        known = {one.pid for one in (*self._templates.values(), *self._held.values())}
        try:
            return found.doubles(known | {self._next and self._next[0]}, gifts)
        except Unwilling as refusal:
            if refusal.stray:
                # Tool code runs in a process whose number nobody knows: everything must go.
                os.kill(0, _KILL)
            return None

    def _drop(self, table, place):
        """Ends the process in that place, if there is one."""
        found = table.pop(place, None)
        if not found:
            return
        try:
            os.kill(found.pid, _KILL)
            os.waitpid(found.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        others = (*self._templates.values(), *self._held.values())
        if found.asks() and all(one.listener != found.listener for one in others):
            os.close(found.listener)

    def _forked(self):
        answers, result = os.pipe()
        pid = _fork()
        if pid < 0:
            raise OSError(ctypes.get_errno(), "this host starts no more processes")
        if pid == 0:
            try:
                os.close(self._go)
                one_call.run(self._go_read, result, self._ground)
            finally:
                os._exit(1)
        os.close(result)
        return pid, answers

    def _started(self, order, job):
        """A process that stays: it shares our descriptors until it has left us its listener (-1: it has none)."""
        answers, result = os.pipe()
        pid = _syscall(_CLONE, _SHARED_DESCRIPTORS | _SIGCHLD, 0, 0, 0, 0)
        if pid < 0:
            raise OSError(ctypes.get_errno(), "this host starts no more processes")
        if pid == 0:
            try:
                job(order, result, self._ground)
            finally:
                os._exit(1)
        mark = orders.exactly(answers, MARK.size)
        os.close(result)
        if mark is None:
            raise RuntimeError("a process that stays ended before it took its request")
        return pid, answers, *MARK.unpack(mark)
