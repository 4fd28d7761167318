"""What the zygote sends to Node: frames, kept together so that Node wakes up once for many.

The memory is not copied into children: a result that waits here is out of reach of the calls that run meanwhile.
"""
import mmap
import os
import struct
from time import CLOCK_MONOTONIC, clock_gettime

FRAME = struct.Struct("<IB")
DATA, STATUS, READY = 0, 1, 9
_BYTES, _MOST_DATA = 1 << 18, 1 << 16
# The longest that a finished answer waits for the next one.
_HOLD_S = 0.02

_memory = mmap.mmap(-1, _BYTES)
_memory.madvise(mmap.MADV_DONTFORK)
_view = memoryview(_memory)


class _Waiting:
    bytes = 0
    since = 0.0


def take(pipe):
    """Moves what the pipe holds into a data frame; returns how many bytes that were, 0 at the end of the pipe."""
    _make_room(FRAME.size + _MOST_DATA)
    start = _Waiting.bytes + FRAME.size
    count = os.readv(pipe, [_view[start : start + _MOST_DATA]])
    if count:
        FRAME.pack_into(_view, _Waiting.bytes, count, DATA)
        _Waiting.bytes = start + count
    return count


def drop(count):
    """Forgets the data frame of that many bytes that was taken last."""
    _Waiting.bytes -= FRAME.size + count


def add(kind, body):
    _make_room(FRAME.size + len(body))
    start = _Waiting.bytes + FRAME.size
    FRAME.pack_into(_view, _Waiting.bytes, len(body), kind)
    _view[start : start + len(body)] = body
    _Waiting.bytes = start + len(body)


def flush():
    sent = 0
    while sent < _Waiting.bytes:
        sent += os.write(1, _view[sent : _Waiting.bytes])
    _Waiting.bytes = 0
    _Waiting.since = 0.0


def hold():
    """Called after an answer that others of its batch will follow: it may wait for them."""
    if not _Waiting.since:
        _Waiting.since = clock_gettime(CLOCK_MONOTONIC)


def patience_ms(most):
    """How long the zygote may wait for something to happen, at most `most` (None: without end)."""
    if not _Waiting.since:
        return most
    left = _Waiting.since + _HOLD_S - clock_gettime(CLOCK_MONOTONIC)
    if left <= 0:
        flush()
        return most
    left = int(left * 1000) + 1
    return left if most is None else min(most, left)


def _make_room(count):
    if _Waiting.bytes + count > _BYTES:
        flush()
