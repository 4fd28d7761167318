"""Processes that stay: templates, which calls are forked from, and held episodes, which answer over a line of their own."""
import gc
import os

import held
import one_call
from episode_run import EpisodeRun
from forkable import double, shut_in
from one_call import LENGTH, RESULT_FD, isolate, limit, request, scan
from result_frame import send
from tool_run import ToolRun

FIRST_LINE = 3
# Address space of a template while it loads and waits; the interpreter alone takes half of it.
_TEMPLATE_MB = 160
_exit, _dup2, _read = os._exit, os.dup2, os.read
_REQUEST_FD, _NULL_FD = 0, 1


def template(order, result_fd, ground):
    """Never returns. Loads the module, then lets the zygote have doubles of this process, one for each call."""
    head, bytecode = request(order)
    job = scan(head.decode(), 0)[0]
    limit(order, _TEMPLATE_MB)
    shut_in(result_fd, one_call.walled)
    isolate(result_fd, ground)
    gc.enable()
    tool = ToolRun(job["nowMs"], order.out_kb * 1024)
    if not tool.load(bytecode, job["seed"]):
        _exit(0)
    del bytecode, head
    gc.freeze()
    os.close(RESULT_FD)
    while not double():
        pass
    call = scan(_all(_REQUEST_FD)[LENGTH.size :].decode(), 0)[0]
    _dup2(_NULL_FD, _REQUEST_FD)
    send(RESULT_FD, *tool.call(call["fn"], call["args"]))
    _exit(0)


def hold(order, result_fd, ground):
    """Never returns. Answers the calls of one episode, and can be doubled together with its state."""
    head, bytecode = request(order)
    job = scan(head.decode(), 0)[0]
    line = FIRST_LINE + order.line
    limit(order)
    shut_in(result_fd, one_call.walled)
    isolate(line, ground)
    gc.enable()
    held.serve(RESULT_FD, job["greeting"], lambda: EpisodeRun(job, bytecode, order.out_kb * 1024))


def _all(fd):
    data = bytearray()
    while chunk := _read(fd, 1 << 16):
        data += chunk
    return bytes(data)
