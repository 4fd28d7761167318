"""A tool module that was loaded once in this process, and calls of its functions."""
import hashlib
import json
import marshal
import sys
import types

import determinism
from capture import Capture, OutputLimit
from result_frame import failure
from strict_value import BadValue, canonical_text

_MODULE = "tool"
_RESERVE_BYTES = 1 << 20


class _Reserve:
    """Room for what must be done when memory has run out. Never written, so that no page of it is ever taken."""

    room = bytes(_RESERVE_BYTES)


class ToolRun:
    def __init__(self, now_ms, out_bytes):
        self._now_ms = now_ms
        self._out_bytes = out_bytes
        self._capture = Capture(out_bytes)
        self._namespace = {}
        self._fault = None
        self._loading_printed = ""

    def load(self, bytecode, seed):
        """Runs the module; True when it did not fail. One that fails makes every call of it fail in the same way."""
        self._fault, self._loading_printed, _ = self._guarded(seed, lambda: self._execute(bytecode))
        return self._fault is None

    def call(self, name, args, seed=None):
        """Head and body of the result of one call. With a seed, chance and clock start anew; else they go on."""
        if self._fault:
            return {**self._fault, "load": self._loading_printed, "out": ""}, b""
        fault, printed, body = self._guarded(seed, lambda: canonical_text(self._function(name)(**args)))
        head = fault or {"kind": "ok"}
        return {**head, "load": self._loading_printed, "out": printed}, b"" if fault else body

    def digest(self, head, body):
        """Hashes of what a call returned or raised, and of the module's STATE after it."""
        returned = body if head["kind"] == "ok" else json.dumps([head["type"], head["message"]]).encode()
        return [_hash(returned), _hash(canonical_text(self._namespace.get("STATE")))]

    def _execute(self, bytecode):
        module = types.ModuleType(_MODULE)
        sys.modules[_MODULE] = sys.modules["__main__"] = module
        self._namespace = module.__dict__
        exec(marshal.loads(bytecode), self._namespace)

    def _guarded(self, seed, work):
        """What went wrong (None when nothing), what was printed, and what the work returned."""
        if self._capture.closed or self._capture.text.closed or self._capture.over:
            self._capture = Capture(self._out_bytes)
        capture = self._capture
        sys.stdin, sys.stdout, sys.stderr = None, capture.text, capture.text
        if seed is not None:
            determinism.begin(self._now_ms, seed)
        fault, result = None, None
        try:
            result = work()
        except BadValue as error:
            fault = failure("bad_value", error)
        except MemoryError as error:
            _Reserve.room = None
            error.__traceback__ = None
            fault = failure("memory", error)
        except BaseException as error:
            error.__traceback__ = None
            fault = failure("raised", error)
        if capture.over:
            fault = failure("output", OutputLimit(f"more than {self._out_bytes} bytes were printed"))
        return fault, capture.take(), result

    def _function(self, name):
        found = self._namespace.get(name)
        if found is None:
            raise NameError(f"the module defines no function {name!r}")
        if not callable(found):
            raise TypeError(f"{name!r} is {type(found).__name__}, not a function")
        return found


def _hash(data):
    return hashlib.sha256(data).hexdigest()
