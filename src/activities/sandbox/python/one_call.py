"""One call, in its own process: takes its request from fd 0, runs the tool, leaves one result frame, exits."""
import gc
import json
import marshal
import os
import resource
import struct
import sys
import types

import determinism
from capture import Capture, OutputLimit, text_stream
from result_frame import failure, send
from seccomp_filter import call_filter, prctl
from strict_value import BadValue, canonical_text

LIMITS = struct.Struct("<IIII")
_LENGTH = struct.Struct("<I")
_RESULT_FD = 3
_MAX_FDS = 32
_RESERVE_BYTES = 1 << 20
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9
_MODULE = "tool"

# False only where the caller accepted a host without a wall.
walled = True
_filter = call_filter()
_exit, _read = os._exit, os.read


def run(result_fd, null_fd):
    """Never returns. Ends without a start mark when there is no request any more."""
    os.close(1)
    limits = _read_exactly(LIMITS.size)
    request = _read_exactly(*_LENGTH.unpack(_read_exactly(_LENGTH.size)))
    os.write(result_fd, limits)
    _, cpu_ms, mem_mb, out_kb = LIMITS.unpack(limits)
    _isolate(result_fd, null_fd)
    _limit(cpu_ms, mem_mb)
    size = _LENGTH.unpack_from(request)[0]
    head, body = request[_LENGTH.size : _LENGTH.size + size], request[_LENGTH.size + size :]
    del request
    gc.enable()
    if head == b"compile":
        _compile(body)
    else:
        _call(json.loads(head), body, out_kb * 1024)
    _exit(0)


def _read_exactly(count):
    data = bytearray()
    while len(data) < count:
        chunk = _read(0, count - len(data))
        if not chunk:
            _exit(0)
        data += chunk
    return bytes(data)


def _isolate(result_fd, null_fd):
    for fd in (0, 1, 2):
        os.dup2(null_fd, fd)
    os.dup2(result_fd, _RESULT_FD)
    os.closerange(_RESULT_FD + 1, _MAX_FDS)
    prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def _limit(cpu_ms, mem_mb):
    seconds = cpu_ms // 1000 + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (mem_mb << 20, mem_mb << 20))
    if walled:
        _filter.install()


def _compile(source):
    try:
        body = marshal.dumps(compile(source, "tool.py", "exec", dont_inherit=True))
    except BaseException as error:
        send(_RESULT_FD, {**failure("raised", error), "out": "", "load": ""})
    else:
        send(_RESULT_FD, {"kind": "ok", "out": "", "load": ""}, body)


def _call(request, bytecode, out_bytes):
    capture = Capture(out_bytes)
    sys.stdin, sys.stdout, sys.stderr = None, text_stream(capture), text_stream(capture)
    determinism.begin(request["nowMs"], request["seed"])
    printed = {"load": "", "out": ""}
    reserve = bytes(_RESERVE_BYTES)
    body = b""
    try:
        module = _load(bytecode)
        printed["load"] = capture.take()
        body = canonical_text(_function(module, request["fn"])(**request["args"]))
        head = {"kind": "ok"}
    except BadValue as error:
        head = failure("bad_value", error)
    except MemoryError as error:
        del reserve
        error.__traceback__ = None
        head = failure("memory", error)
    except BaseException as error:
        error.__traceback__ = None
        head = failure("raised", error)
    if capture.over:
        head, body = failure("output", OutputLimit(f"more than {out_bytes} bytes were printed")), b""
    printed["out"] = capture.take()
    send(_RESULT_FD, {**head, **printed}, body)


def _load(bytecode):
    module = types.ModuleType(_MODULE)
    sys.modules[_MODULE] = sys.modules["__main__"] = module
    exec(marshal.loads(bytecode), module.__dict__)
    return module


def _function(module, name):
    found = module.__dict__.get(name)
    if found is None:
        raise NameError(f"the module defines no function {name!r}")
    if not callable(found):
        raise TypeError(f"{name!r} is {type(found).__name__}, not a function")
    return found
