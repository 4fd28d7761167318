"""Requests on their way to the double of a template. Kept in memory that no process inherits."""
import mmap
import os
import select
import struct

MOST_BYTES = 60_000

_memory = mmap.mmap(-1, 1 << 16)
_memory.madvise(mmap.MADV_DONTFORK)
_view = memoryview(_memory)


def take(fd, count):
    """Reads that many bytes; returns the count."""
    if count > MOST_BYTES:
        raise ValueError(f"a request of {count} bytes for a template; at most {MOST_BYTES} fit into a pipe")
    at = 0
    while at < count:
        size = os.readv(fd, [_view[at:count]])
        if size == 0:
            raise EOFError("the request broke off")
        at += size
    return count


def numbers(fd, count):
    """Reads that many bytes as whole numbers of Node's own."""
    return struct.unpack(f"<{count // 4}I", _view[: take(fd, count)])


def pass_on(pipe, count):
    """Writes what was taken; a new pipe holds all of it."""
    os.write(pipe, _view[:count])


def drain(fd):
    """Throws away what can be read at once."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    while poll.poll(0) and os.readv(fd, [_view]):
        pass
