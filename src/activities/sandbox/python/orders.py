"""What Node orders: numbers only, so that the zygote may read them. What belongs to a tool follows, for its own process."""
import os
import struct
from collections import namedtuple

# Nine numbers: limits in milliseconds, MiB and KiB; whether more orders of the same batch follow; what to do, with which
# template (or line to fork from) and on which line; how many bytes follow.
Order = namedtuple("Order", "wall_ms cpu_ms mem_mb out_kb more kind slot line size")
RUN, LOAD, USE, HOLD, FORK, STOP = 0, 1, 2, 3, 4, 5
_ORDER = struct.Struct("<9I")
SIZE = _ORDER.size
_read = os.read


def parse(data):
    return Order(*_ORDER.unpack(data))


def exactly(fd, count):
    """That many bytes, or None where the stream ends before."""
    data = bytearray()
    while len(data) < count:
        chunk = _read(fd, count - len(data))
        if not chunk:
            return None
        data += chunk
    return bytes(data)
