"""How texts become comparable: normalised, case-folded, cut into tokens. "2" is never found inside "25" or "x25y"."""
import re
import unicodedata

from .characters import MARKS, SPACE, SPACELESS, WORD, strip

_superscripts = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_spaces = re.compile(SPACE + "+")
_token = re.compile(rf"[{SPACELESS}][{MARKS}]*|\d+(?:[.,:/-]\d+)+|[{WORD}]+[+#]*")
_grouped = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_spaceless = re.compile(rf"[{SPACELESS}{MARKS}]+")
_coarse = re.compile("(?:" + SPACE + "|[,;:!?()\\[\\]{}\"“”|=、。；「」『』《》【】〈〉…])+")


def normalise(text):
    """Compatibility-normalised, lower-case, single-spaced; superscripts keep their meaning ("10²" is "10^2")."""
    text = _superscripts.sub(lambda digits: "^" + digits.group(), text)
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2212", "-")
    return strip(_spaces.sub(" ", re.sub("[\u2018\u2019]", "'", text)))


def tokenise(text):
    """Words and numbers; punctuation is dropped, thousands separators are removed."""
    found = _token.findall(normalise(text))
    return [item.replace(",", "") if _grouped.fullmatch(item) else item for item in found]


def fence(tokens):
    """Tokens as one text in which a sequence of tokens is found as a part."""
    return "\x01" + "\x01".join(tokens) + "\x01"


def is_spaceless(text):
    return _spaceless.fullmatch(text) is not None


def coarse_tokens(text):
    """Cut only at spaces and the punctuation of sentences: "AC/DC", "C++" and "A-1" stay whole."""
    parts = (part.lstrip("'").rstrip(".'") for part in _coarse.split(normalise(text)))
    return [part for part in parts if part]
