"""The bytes a call leaves behind: length of the head, head as JSON, then the body (value or bytecode)."""
import json
import os
import struct

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_write = os.write
_MAX_MESSAGE = 2_000


def failure(kind, error):
    """Head of a failed call: exception type and message, nothing of the stack."""
    try:
        message = str(error)[:_MAX_MESSAGE]
    except BaseException as broken:
        message = f"the message itself raised {type(broken).__name__}"
    return {"kind": kind, "type": _clean(type(error).__name__), "message": _clean(message)}


def frame(head, body=b""):
    text = _encode(head).encode()
    return struct.pack("<I", len(text)) + text + body


def send(fd, head, body=b""):
    view = memoryview(frame(head, body))
    while view:
        view = view[_write(fd, view) :]


def _clean(text):
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
