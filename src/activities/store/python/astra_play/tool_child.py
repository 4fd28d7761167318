"""Runs inside a process of its own: loads one tool module, makes calls of it, prints one line of JSON for each.

Nothing but standard input and standard output is used; what the tool prints is caught, never mixed with the answers.
"""
import hashlib
import io
import json
import math
import os
import resource
import sys
import types

_deepest = 200
_largest = 2**53
_most_printed = 1 << 16


class _BadValue(Exception):
    pass


def main():
    request = json.loads(sys.stdin.buffer.read())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    _limit(request["limits"])
    module = types.ModuleType("tool")
    sys.modules["tool"] = sys.modules["__main__"] = module
    fault = _load(module, request["code"])
    _say(answers, {"kind": "start", "fault": fault, "state": _state(module)})
    for call in request["calls"]:
        _say(answers, {"kind": "call", **(fault or _call(module, call)), "state": _state(module)})


def _limit(limits):
    for name, value in (
        ("RLIMIT_CPU", limits["cpu_seconds"]),
        ("RLIMIT_AS", limits["memory_bytes"]),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
    ):
        resource.setrlimit(getattr(resource, name), (value, value))


def _load(module, code):
    try:
        with _Caught():
            exec(compile(code, "tool.py", "exec", dont_inherit=True), module.__dict__)
    except BaseException as error:
        return _failure(error)
    return None


def _call(module, call):
    caught = _Caught()
    try:
        with caught:
            function = module.__dict__.get(call["name"])
            if not callable(function):
                raise NameError(f"the module defines no function {call['name']!r}")
            value = function(**call["arguments"])
            _check(value, 0)
            # What leaves is what was checked: tuples as arrays, subclasses as what they extend.
            value = json.loads(_text(value))
    except BaseException as error:
        return _failure(error)
    return {"status": "ok", "value": value, "stdout": caught.printed()}


class _Caught:
    """What is printed while it is entered."""

    def __enter__(self):
        self._stream = sys.stdout = sys.stderr = io.StringIO()
        sys.stdin = None

    def __exit__(self, *_):
        sys.stdout = sys.stderr = None

    def printed(self):
        return self._stream.getvalue()[:_most_printed]


def _failure(error):
    status = "memory" if isinstance(error, MemoryError) else "bad_result" if isinstance(error, _BadValue) else "tool_error"
    try:
        message = str(error)[:2000].encode("utf-8", "replace").decode()
    except BaseException:
        message = ""
    return {"status": status, "type": type(error).__name__, "message": message}


def _state(module):
    """The module's STATE and the hash of it; None for a module without one, or with one that is no JSON."""
    state = module.__dict__.get("STATE")
    try:
        _check(state, 0)
        text = _text(state)
    except BaseException:
        return None
    return None if state is None else {"value": json.loads(text), "hash": hashlib.sha256(text.encode()).hexdigest()}


def _text(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _check(value, depth):
    """Raises _BadValue for what is not one strict JSON value."""
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if not -_largest <= value <= _largest:
            raise _BadValue("an integer is beyond 2**53: return it as text")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _BadValue("a number is NaN or infinite")
    elif depth == _deepest:
        raise _BadValue(f"the value is nested deeper than {_deepest} levels")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise _BadValue(f"a key is {type(key).__name__}, not text")
            _check(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(inner, depth + 1)
    else:
        raise _BadValue(f"{type(value).__name__} is not a JSON type")


def _say(answers, answer):
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
