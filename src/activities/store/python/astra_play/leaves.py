"""What a returned JSON value says: its leaf values, each with the units that its surroundings name.

Work is bounded: what lies beyond the bounds is not looked at and so never matches. A leaf is a pair (value, units).
"""
import re

from .characters import length
from .units import unit_of

_most_values = 20_000
_longest_leaf = 65_536
_most_text = 1_048_576
_unit_keys = {"currency", "currencycode", "unit", "units"}
# "min" is left out because it is mostly a minimum.
_key_units = {
    ending: unit_of("RMB" if ending == "rmb" else ending)
    for ending in (
        "usd eur gbp cny rmb jpy km kg lb lbs mi miles cm mm ft kwh mph kmh celsius fahrenheit percent hours minutes "
        "seconds days"
    ).split()
}


def is_error_result(value):
    """An object whose "error" is neither null nor false."""
    return isinstance(value, dict) and value.get("error") is not None and value["error"] is not False


def leaves_of(value):
    """In document order; nulls and everything inside an error result are left out."""
    leaves, pending, text = [], [(value, ())], 0
    for _ in range(_most_values):
        if not pending:
            break
        inner, units = pending.pop()
        if inner is None or is_error_result(inner):
            continue
        if isinstance(inner, (dict, list)):
            pending.extend(reversed(_children(inner, units)))
        elif not isinstance(inner, str):
            leaves.append((inner, units))
        elif length(inner) <= _longest_leaf and text + length(inner) <= _most_text:
            text += length(inner)
            leaves.append((inner, units))
    return leaves


def _children(value, units):
    if isinstance(value, list):
        return [(item, units) for item in value[:_most_values]]
    entries = list(value.items())[:_most_values]
    siblings = tuple(unit for key, item in entries for unit in _sibling_unit(key, item))
    return [(item, _key_unit(key) + siblings) for key, item in entries]


def _sibling_unit(key, value):
    if not isinstance(value, str) or key.lower().replace("_", "") not in _unit_keys:
        return ()
    unit = unit_of(value)
    return () if unit is None else (unit,)


def _key_unit(key):
    ending = re.split(r"[_\s-]", re.sub("([a-z])([A-Z])", r"\1_\2", key).lower())[-1]
    unit = _key_units.get(ending) if length(key) <= 100 and ending != key.lower() else None
    return () if unit is None else (unit,)
