"""Numbers as people print them: thousands separators, signs, currencies, magnitudes and units.

A whole text is read generously; inside a longer text only what cannot be part of a name, date or code is a number.
A quantity is a pair: a decimal, and a unit or None.
"""
import re
import unicodedata

from .characters import ANY, GLUED, LATIN, SPACE, SPACES, length, strip
from .decimals import parse_decimal, shift
from .units import count_noun, currency_of, unit_of

_grouped = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?"
_simple = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_european = (
    r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}|"
    r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?|[0-9]+,[0-9]{1,2}"
)
_whole = re.compile(
    rf"([+-]?){SPACE}*([^0-9{SPACES}+.\-][^0-9+\-]{{0,14}}?)?{SPACE}*([+-]?)({_grouped}|{_european}|{_simple})"
    rf"({SPACE}*[^0-9{SPACES}]{ANY}{{0,60}})?"
)
_inside = re.compile(
    rf"(?<![0-9_^{GLUED}])(?<![0-9{GLUED}][.,:/'-])([-+]?)([$€£¥₹₩]|(?a:\b)[A-Z]{{3}}{SPACE})?"
    rf"({_grouped}|{_simple})(?![0-9_^]|[.,:/'-][0-9])"
)
_following_word = re.compile(rf"[{GLUED}]+(?:/[{GLUED}]+|\^?[23](?![0-9]))?")
_magnitudes = {
    "thousand": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9, "trillion": 12,
    "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
_magnitude = re.compile(
    rf"(thousand|million|mn|billion|bn|trillion|百万|千万|百亿|千亿|万亿|千(?![米克瓦卡])|万|亿)(?![{LATIN}]){SPACE}*", re.I
)
_money_magnitudes = {"k": 3, "m": 6, "b": 9, "t": 12}
_symbol = re.compile(rf"(?:[%‰€£¥₹₩$℃℉]|°{SPACE}?[CF]?)")
_starts_with_space = re.compile(SPACE)
_longest_whole = 500


def parse_quantity(text):
    """A text that is nothing but one number with its sign, currency, magnitude and unit; None for anything else."""
    if length(text) > _longest_whole:
        return None
    match = _whole.fullmatch(re.sub(r"[.。]\Z", "", strip(_readable(text))))
    if match is None:
        return None
    sign, before, inner_sign, digits, after = (group or "" for group in match.groups())
    currency = currency_of(before)
    is_foreign = before != "" and currency is None
    if is_foreign or (sign and inner_sign) or _is_code(digits):
        return None
    return _assemble(sign + inner_sign + _plain_digits(digits), _suffix(after, currency), currency)


def quantities_in(text):
    """The numbers that stand by themselves inside a text; parts of codes, dates, ranges and versions are none."""
    found, shown = [], _readable(text)
    for match in _inside.finditer(shown):
        sign, before, digits = (group or "" for group in match.groups())
        if _is_code(digits):
            continue
        following = _following_unit(shown[match.end() : match.end() + 40])
        quantity = _assemble(sign + _plain_digits(digits), following, currency_of(before))
        if quantity is not None:
            found.append(quantity)
    return found


def _suffix(after, currency):
    """(exponent, unit) of what follows the digits of a whole text; None when it is neither."""
    text = strip(after)
    if text == "":
        return 0, None
    money = None if currency is None else _money_magnitudes.get(text.lower())
    if money is not None:
        return money, None
    exponent, rest = _split_magnitude(text)
    if rest == "":
        return exponent, None
    counted = count_noun(rest) if _starts_with_space.match(after) else None
    unit = unit_of(f"{currency or ''} {rest}") or unit_of(rest) or counted
    return None if unit is None else (exponent, unit)


def _following_unit(rest):
    """(exponent, unit) after a number inside a text; None when letters are glued to it that are no unit."""
    spaced = _starts_with_space.match(rest)
    exponent, after = _split_magnitude(rest.lstrip(SPACES))
    symbol = _symbol.match(after)
    if symbol is not None:
        return exponent, unit_of(re.sub(SPACE, "", symbol.group(), count=1))
    word = _following_word.match(after)
    if word is not None:
        unit = unit_of(word.group())
        return None if unit is None and not spaced and exponent == 0 else (exponent, unit)
    units = (unit_of(after[:count]) for count in (4, 3, 2, 1))
    return exponent, next((unit for unit in units if unit), None)


def _split_magnitude(text):
    match = _magnitude.match(text)
    if match is None:
        return 0, text
    return _magnitudes.get(match.group(1).lower(), 0), text[match.end() :]


def _assemble(digits, suffix, currency):
    number = parse_decimal(digits)
    if number is None or suffix is None:
        return None
    exponent, unit = suffix
    return shift(number, exponent), unit or currency


def _is_code(digits):
    """ "007" and "0123" are codes and telephone numbers: leading zeros carry meaning."""
    return re.match("0[0-9]", digits) is not None


def _plain_digits(digits):
    compact = re.sub("[ ']", "", digits)
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}", compact):
        return compact.replace(".", "").replace(",", ".", 1)
    if re.fullmatch(r"[0-9]+,[0-9]{1,2}", compact):
        return compact.replace(",", ".", 1)
    return compact.replace(",", "")


def _readable(text):
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda digits: "^" + digits.group(), text)
    return unicodedata.normalize("NFKC", re.sub("[½⅓⅔¼¾⅛]", "^", text)).replace("\u2212", "-")
