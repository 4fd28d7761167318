"""Classes of characters for patterns, and texts measured as the files were written: in UTF-16 units."""
from . import character_ranges

SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
SPACE = "[" + SPACES + "]"
# What a dot means in a pattern that is not told to cross lines.
ANY = "[^\n\r\u2028\u2029]"


def _points(text):
    points = []
    for item in text.split():
        first, _, last = item.partition("-")
        points.append((int(first, 16), int(last or first, 16)))
    return points


def _without(ranges, removed):
    """Ranges less other ranges; both sorted."""
    left = []
    for first, last in ranges:
        for start, end in removed:
            if end < first or start > last:
                continue
            if start > first:
                left.append((first, start - 1))
            first = end + 1
        if first <= last:
            left.append((first, last))
    return left


def _inner(ranges):
    """The inside of a bracket of a pattern."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_letters, _numbers = _points(character_ranges.LETTERS), _points(character_ranges.NUMBERS)
_marks, _spaceless = _points(character_ranges.MARKS), _points(character_ranges.SPACELESS)
SPACELESS = _inner(_spaceless)
MARKS = _inner(_marks)
LETTERS = _inner(_letters)
NUMBERS = _inner(_numbers)
LOWER = _inner(_points(character_ranges.LOWER))
LATIN = _inner(_points(character_ranges.LATIN))
# A word of a script with spaces.
WORD = _inner(_without(sorted(_letters + _marks + _numbers), _spaceless)) + "_"
# A letter that glues to the digits beside it.
GLUED = _inner(_without(_letters, _points(character_ranges.UNGLUED)))


def strip(text):
    return text.strip(SPACES)


def length(text):
    """UTF-16 units."""
    return len(text) + sum(1 for character in text if character > "\uffff")
