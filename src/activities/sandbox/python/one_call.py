"""One request, in its own process: taken from fd 0, done, answered with one result frame; then the process ends."""
import gc
import json
import marshal
import os
import resource
import struct

import held
from episode_run import EpisodeRun
from result_frame import failure, send
from seccomp_filter import call_filter, prctl
from tool_run import ToolRun

# Wall and CPU milliseconds, memory in MiB, output in KiB, and whether more requests of the same batch follow.
LIMITS = struct.Struct("<IIIII")
_LENGTH = struct.Struct("<I")
_RESULT_FD = 3
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9

# False only where the caller accepted a host without a wall.
walled = True
_filter = call_filter()
_exit, _read = os._exit, os.read
# The scanner itself: `json.loads` goes through regular expressions, and each object that is touched costs a page.
_scan = json.JSONDecoder().scan_once


def run(result_fd, null_fd, max_fds):
    """Never returns. Ends without a start mark when there is no request any more."""
    os.close(1)
    limits = _read_exactly(LIMITS.size)
    request = _read_exactly(*_LENGTH.unpack(_read_exactly(_LENGTH.size)))
    os.write(result_fd, limits)
    size = _LENGTH.unpack_from(request)[0]
    head, body = request[_LENGTH.size : _LENGTH.size + size], request[_LENGTH.size + size :]
    del request
    job = {"do": "compile"} if head == b"compile" else _scan(head.decode(), 0)[0]
    if job["do"] == "stop":
        _stop(job["pids"])
    _isolate((job.get("channel", result_fd), null_fd), max_fds, "channel" in job)
    _, cpu_ms, mem_mb, out_kb, _ = LIMITS.unpack(limits)
    _limit(cpu_ms, mem_mb)
    gc.enable()
    _JOBS[job["do"]](job, body, out_kb * 1024)
    _exit(0)


def _read_exactly(count):
    data = bytearray()
    while len(data) < count:
        chunk = _read(0, count - len(data))
        if not chunk:
            _exit(0)
        data += chunk
    return bytes(data)


def _stop(pids):
    """Kills held processes; they may be gone already."""
    for pid in pids:
        try:
            os.kill(pid, _SIGKILL)
        except ProcessLookupError:
            pass
    _exit(0)


def _isolate(fds, max_fds, is_channel):
    answers_fd, null_fd = fds
    if is_channel:
        # Before the result pipe closes: that tells Node that it may send the first request.
        held.drain(answers_fd)
    for fd in (0, 1, 2):
        os.dup2(null_fd, fd)
    os.dup2(answers_fd, _RESULT_FD)
    os.closerange(_RESULT_FD + 1, max_fds)
    prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def _limit(cpu_ms, mem_mb):
    seconds = cpu_ms // 1000 + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (mem_mb << 20, mem_mb << 20))
    if walled:
        _filter.install()


def _compile(_job, source, _out_bytes):
    try:
        body = marshal.dumps(compile(source, "tool.py", "exec", dont_inherit=True))
    except BaseException as error:
        send(_RESULT_FD, {**failure("raised", error), "out": "", "load": ""})
    else:
        send(_RESULT_FD, {"kind": "ok", "out": "", "load": ""}, body)


def _call(job, bytecode, out_bytes):
    tool = ToolRun(job["nowMs"], out_bytes)
    tool.load(bytecode, job["seed"])
    send(_RESULT_FD, *tool.call(job["fn"], job["args"]))


def _replay(job, bytecode, out_bytes):
    episode = EpisodeRun(job, bytecode, out_bytes)
    head, body = episode.call(job["fn"], job["args"])
    send(_RESULT_FD, {**head, "replayed": episode.replayed()}, body)


def _hold(job, bytecode, out_bytes):
    held.serve(_RESULT_FD, job["greeting"], lambda: EpisodeRun(job, bytecode, out_bytes))


_JOBS = {"compile": _compile, "call": _call, "replay": _replay, "hold": _hold}
