"""Exact decimal numbers: answers are compared as they are printed, never as binary fractions."""
import math
import re
from decimal import Decimal

_plain = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?")
_longest = 400
LARGEST_EXACT = 2**53 - 1


def parse_decimal(text):
    """(coefficient, scale) of digits with sign, point and exponent; None for anything else."""
    match = _plain.fullmatch(text) if len(text) <= _longest else None
    if match is None:
        return None
    sign, whole, fraction, exponent = (group or "" for group in match.groups())
    if whole == "" and fraction == "":
        return None
    coefficient = int(whole + fraction)
    return shift((-coefficient if sign == "-" else coefficient, len(fraction)), int(exponent or 0))


def shift(value, exponent):
    """The number times 10^exponent."""
    coefficient, scale = value[0], value[1] - exponent
    return (coefficient, scale) if scale >= 0 else (coefficient * 10**-scale, 0)


def equals_at_precision(gold, value):
    """Exactly when the gold is printed as an integer, else within half a unit of its last printed digit."""
    scale = max(gold[1], value[1])
    difference = shift(gold, scale)[0] - shift(value, scale)[0]
    if gold[1] == 0:
        return difference == 0
    return 2 * abs(difference) <= 10 ** (scale - gold[1])


def to_number(value):
    return float(f"{value[0]}e{-value[1]}")


def number_text(value):
    """A JSON number as the shortest text that reads back as the same double; integers without a point."""
    try:
        number = float(value)
    except OverflowError:
        return "Infinity"
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity"
    if number == 0:
        return "0"
    parts = Decimal(repr(abs(number))).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    return ("-" if number < 0 else "") + _placed(digits, len(digits) + parts.exponent)


def _placed(digits, point):
    """Digits with the decimal point after `point` of them, in the notation of JSON writers."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return digits + power if count == 1 else f"{digits[0]}.{digits[1:]}{power}"
