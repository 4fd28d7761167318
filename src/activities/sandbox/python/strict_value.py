"""Is a returned value one strict JSON value? Decided in the call's own process, before anything leaves it."""
import json
import math

MAX_DEPTH = 200
MAX_INTEGER = 2**53

_encode = json.JSONEncoder(
    skipkeys=False, ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


class BadValue(Exception):
    """The value cannot leave as JSON; the message says where and why."""


def canonical_text(value):
    """JSON in UTF-8 with sorted keys; raises BadValue. Tuples count as arrays, subclasses as what they extend."""
    _check(value, 0)
    try:
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadValue("a text holds half of a surrogate pair, which no UTF-8 text can") from error


def _check(value, depth):
    if value is None or value is True or value is False:
        return
    if isinstance(value, str):
        if "\0" in value:
            raise BadValue("a text holds the character U+0000")
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise BadValue("an integer is beyond 2**53 and would be rounded by JSON readers: return it as text")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise BadValue("a number is NaN or infinite")
    elif depth == MAX_DEPTH:
        raise BadValue(f"the value is nested deeper than {MAX_DEPTH} levels")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise BadValue(f"a key is {type(key).__name__}, not text")
            _check(key, depth + 1)
            _check(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(inner, depth + 1)
    else:
        raise BadValue(f"{type(value).__name__} is not a JSON type")
