"""A process that stays: it answers the calls of one episode over a channel of its own until it is killed."""
import json
import os
import struct
from resource import RUSAGE_SELF, getrusage

from forkable import double
from result_frame import frame

_LENGTH = struct.Struct("<I")
_read, _write, _exit = os.read, os.write, os._exit
_scan = json.JSONDecoder().scan_once


def serve(channel, greeting, begin):
    """Greets, lets `begin` load the module and replay the log, then answers calls; never returns."""
    _send(channel, greeting.encode())
    episode = begin()
    while True:
        request = _scan(_receive(channel).decode(), 0)[0]
        if any(double() for _ in range(request.get("doubles", 0))):
            # Here this process is a double: on a line of its own, and nobody waits for this answer there.
            _send(channel, request["greeting"].encode())
            continue
        answer = frame({}) if "doubles" in request else _measured(episode, request)
        answer = _LENGTH.pack(request["turn"]) + answer
        _send(channel, _LENGTH.pack(len(answer)) + answer)


def _measured(episode, request):
    before = getrusage(RUSAGE_SELF)
    head, body = episode.call(request["fn"], request["args"])
    used = getrusage(RUSAGE_SELF)
    cpu_s = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    measured = {"cpuMs": round(cpu_s * 1e3, 3), "maxRssKb": used.ru_maxrss, "replayed": episode.replayed()}
    return frame({**head, **measured}, body)


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
