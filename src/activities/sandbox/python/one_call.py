"""One request, in its own process: taken from fd 0, done, answered with one result frame; then the process ends."""
import gc
import json
import marshal
import os
import resource
import struct

import orders
from episode_run import EpisodeRun
from result_frame import failure, send
from seccomp_filter import PR_SET_PDEATHSIG, SIGKILL, call_filter, prctl
from tool_run import ToolRun

LENGTH = struct.Struct("<I")
RESULT_FD = 3
_TAKEN = b"S"

# False only where the caller accepted a host without a wall.
walled = True
_filter = call_filter()
_exit, _write = os._exit, os.write
# The scanner itself: `json.loads` goes through regular expressions, and each object that is touched costs a page.
scan = json.JSONDecoder().scan_once


def run(go_fd, result_fd, ground):
    """Never returns. Waits for an order that the zygote passes on; what follows it in the stream of fd 0 is for us."""
    os.close(1)
    data = orders.exactly(go_fd, orders.SIZE)
    if data is None:
        _exit(0)
    order = orders.parse(data)
    head, body = request(order)
    _write(result_fd, _TAKEN)
    job = {"do": "compile"} if head == b"compile" else scan(head.decode(), 0)[0]
    isolate(result_fd, ground)
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    limit(order)
    if walled:
        _filter.install()
    gc.enable()
    _JOBS[job["do"]](job, body, order.out_kb * 1024)
    _exit(0)


def request(order):
    """Head and body of the request that the order announced."""
    data = orders.exactly(0, order.size)
    if data is None:
        _exit(0)
    size = LENGTH.unpack_from(data)[0]
    return data[LENGTH.size : LENGTH.size + size], data[LENGTH.size + size :]


def isolate(answers_fd, ground):
    """Keeps nothing but one line out."""
    null_fd, max_fds = ground
    for fd in (0, 1, 2):
        os.dup2(null_fd, fd)
    os.dup2(answers_fd, RESULT_FD)
    os.closerange(RESULT_FD + 1, max_fds)


def limit(order, most_mb=1 << 20):
    """With `most_mb`, a lower bound for now: the zygote can lift it up to what the order grants."""
    seconds = order.cpu_ms // 1000 + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (min(order.mem_mb, most_mb) << 20, order.mem_mb << 20))


def _compile(_job, source, _out_bytes):
    try:
        body = marshal.dumps(compile(source, "tool.py", "exec", dont_inherit=True))
    except BaseException as error:
        send(RESULT_FD, {**failure("raised", error), "out": "", "load": ""})
    else:
        send(RESULT_FD, {"kind": "ok", "out": "", "load": ""}, body)


def _call(job, bytecode, out_bytes):
    tool = ToolRun(job["nowMs"], out_bytes)
    tool.load(bytecode, job["seed"])
    send(RESULT_FD, *tool.call(job["fn"], job["args"]))


def _replay(job, bytecode, out_bytes):
    episode = EpisodeRun(job, bytecode, out_bytes)
    head, body = episode.call(job["fn"], job["args"])
    send(RESULT_FD, {**head, "replayed": episode.replayed()}, body)


_JOBS = {"compile": _compile, "call": _call, "replay": _replay}
