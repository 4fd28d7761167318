"""Dates as people print them: ISO 8601 and common forms, only when one day can be meant.

"03/04/2024" stays a phrase: it is March or April.
"""
import re
import unicodedata

from .characters import LETTERS, NUMBERS, SPACE, length, strip

_months = "january february march april may june july august september october november december".split()
_month_name = "(" + "|".join(f"{name}|{name[:3]}" for name in _months) + r"|sept)\.?"
_time = (
    rf"(?:[T ,]+(?:at )?([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:\.[0-9]+)?)?{SPACE}?"
    r"(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_weekday = "(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_after = rf"(?![{LETTERS}{NUMBERS}_/]|[.-][0-9])"
_forms = [
    ("ymd", r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    ("ymd", r"([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})"),
    ("ymd", rf"([0-9]{{4}}){SPACE}?年{SPACE}?([0-9]{{1,2}}){SPACE}?月{SPACE}?([0-9]{{1,2}}){SPACE}?[日号]"),
    ("mdy", rf"{_weekday}{_month_name} ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})"),
    ("dmy", rf"{_weekday}([0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? {_month_name},? ([0-9]{{4}})"),
    ("either", r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"),
]
_whole = [(order, re.compile(pattern + _time, re.I)) for order, pattern in _forms]
_inside = [
    (order, re.compile(f"(?<![{NUMBERS if order == 'ymd' else LETTERS + NUMBERS}_/.-]){pattern}{_time}{_after}", re.I))
    for order, pattern in _forms
]


def parse_date(text):
    """The ISO 8601 form of a text that is one date and nothing else; None otherwise."""
    if length(text) > 80:
        return None
    shown = _readable(text)
    for order, pattern in _whole:
        match = pattern.fullmatch(shown)
        if match is not None:
            return _iso_date(match, order)
    return None


def dates_in(text):
    """The dates inside a text in ISO form, without those that could be two days."""
    shown = _readable(text)
    found = (_iso_date(match, order) for order, pattern in _inside for match in pattern.finditer(shown))
    return [date for date in found if date is not None]


def same_date(gold, other):
    """A clock time or zone counts only when both name one."""
    (day, clock, zone), (other_day, other_clock, other_zone) = _split(gold), _split(other)
    if day != other_day:
        return False
    if clock == "":
        return True
    size = min(len(clock), len(other_clock))
    if other_clock == "" or clock[:size] != other_clock[:size]:
        return False
    return zone == "" or other_zone == "" or zone == other_zone


def _iso_date(match, order):
    first, second, third, hour, minute, seconds, zone = match.groups()
    day = _iso_day(first, second, third, order)
    if day is None or hour is None:
        return day
    if int(hour) > 23 or max(int(minute), int(seconds or 0)) > 59:
        return None
    return f"{day}T{hour.rjust(2, '0')}:{minute}{':' + seconds if seconds else ''}{_iso_zone(zone)}"


def _iso_day(first, second, third, order):
    if order == "ymd":
        return _calendar_day(int(first), int(second), int(third))
    if order == "mdy":
        return _calendar_day(int(third), _month_number(first), int(second))
    if order == "dmy":
        return _calendar_day(int(third), _month_number(second), int(first))
    month_first = _calendar_day(int(third), int(first), int(second))
    day_first = _calendar_day(int(third), int(second), int(first))
    days = {day for day in (month_first, day_first) if day is not None}
    return days.pop() if len(days) == 1 else None


def _calendar_day(year, month, day):
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _month_number(name):
    return next(at for at, month in enumerate(_months) if month.startswith(name.lower()[:3])) + 1


def _iso_zone(zone):
    if zone is None:
        return ""
    if zone.lower() in ("z", "utc"):
        return "+00:00"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def _split(iso):
    day, _, rest = iso.partition("T")
    clock, zone = (re.split("(?=[+-])", rest) + [""])[:2]
    return day, clock, zone


def _readable(text):
    return strip(re.sub(SPACE + "+", " ", unicodedata.normalize("NFKC", text)))
