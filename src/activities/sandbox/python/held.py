"""A process that stays: it answers the calls of one episode over a channel of its own until it is killed."""
import fcntl
import json
import os
import struct
from resource import RUSAGE_SELF, getrusage

from result_frame import frame

_LENGTH = struct.Struct("<I")
_read, _write, _exit = os.read, os.write, os._exit


def drain(channel):
    """Throws away requests that an earlier holder of the channel never read. Before any tool code, so trusted."""
    # Not os.set_blocking: that is an ioctl, which the filter refuses.
    flags = fcntl.fcntl(channel, fcntl.F_GETFL) & ~os.O_NONBLOCK
    fcntl.fcntl(channel, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    try:
        while _read(channel, 1 << 16):
            pass
    except BlockingIOError:
        fcntl.fcntl(channel, fcntl.F_SETFL, flags)


def serve(channel, greeting, begin):
    """Greets, lets `begin` load the module and replay the log, then answers calls; never returns."""
    _send(channel, greeting.encode())
    episode = begin()
    while True:
        request = json.loads(_receive(channel))
        before = getrusage(RUSAGE_SELF)
        head, body = episode.call(request["fn"], request["args"])
        used = getrusage(RUSAGE_SELF)
        cpu_s = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        measured = {"cpuMs": round(cpu_s * 1e3, 3), "maxRssKb": used.ru_maxrss, "replayed": episode.replayed()}
        answer = _LENGTH.pack(request["turn"]) + frame({**head, **measured}, body)
        _send(channel, _LENGTH.pack(len(answer)) + answer)


def _receive(channel):
    return _exactly(channel, *_LENGTH.unpack(_exactly(channel, _LENGTH.size)))


def _exactly(channel, count):
    data = bytearray()
    while len(data) < count:
        chunk = _read(channel, count - len(data))
        if not chunk:
            _exit(0)
        data += chunk
    return bytes(data)


def _send(channel, data):
    view = memoryview(data)
    while view:
        view = view[_write(channel, view) :]
