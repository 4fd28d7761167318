"""How an answer will be compared, decided once: {text, type, value, unit?}. Rows of ours carry it; texts are typed here."""
import re
import unicodedata

from .characters import ANY, SPACE, SPACES, length, strip
from .dates import parse_date
from .decimals import number_text, parse_decimal, to_number
from .quantities import parse_quantity
from .texts import tokenise

_longest = 4000
_most_items = 200
_affirmative = {"true", "yes", "是", "是的", "真", "对"}
_negative = {"false", "no", "否", "不是", "假", "不对"}
_json_item = re.compile(
    rf"{SPACE}*(?:\"((?:[^\"\\]|\\{ANY})*)\"{SPACE}*|'((?:[^'\\]|\\{ANY})*)'{SPACE}*"
    rf"|([^{SPACES},\"'[\]{{}}][^,\"'[\]{{}}]*))(?:,|\Z)"
)
_bullet = re.compile(rf"{SPACE}*(?:[-*•]|[0-9]+[.)]){SPACE}+")


class NoAnswer(ValueError):
    """An answer that is empty or too long to be one."""


def type_answer(raw):
    """Types an answer as a file carries it. Raises NoAnswer."""
    if isinstance(raw, list):
        return _type_items([strip(item if isinstance(item, str) else number_text(item)) for item in raw])
    if isinstance(raw, bool):
        return {"text": "true" if raw else "false", "type": "boolean", "value": raw}
    text = strip(raw if isinstance(raw, str) else number_text(raw))
    if all(character in SPACES or unicodedata.category(character) in ("Cf", "Cc") for character in text):
        raise NoAnswer("the answer is empty")
    if length(text) > _longest:
        raise NoAnswer(f"expected at most {_longest} characters, got {length(text)}")
    return _type_text(text)


def truth_of(text):
    """The truth value of a text that is a yes or a no and nothing else; None otherwise."""
    word = re.sub(r"[.!。！]\Z", "", strip(text).lower())
    return True if word in _affirmative else False if word in _negative else None


def gold_decimal(gold):
    """The exact number of a gold answer of type number, as it was printed."""
    quantity = parse_quantity(gold["text"])
    return quantity[0] if quantity is not None else parse_decimal(number_text(gold["value"]))


def _type_text(text):
    quantity = parse_quantity(text)
    if quantity is not None:
        number, unit = quantity
        gold = {"text": text, "type": "number", "value": to_number(number)}
        return gold if unit is None else {**gold, "unit": unit}
    truth = truth_of(text)
    if truth is not None:
        return {"text": text, "type": "boolean", "value": truth}
    date = parse_date(text)
    if date is not None:
        return {"text": text, "type": "date", "value": date}
    items = _list_items(text)
    if items is not None and len(items) <= _most_items:
        return {"text": text, "type": "list", "value": items}
    return {"text": text, "type": "phrase", "value": text}


def _type_items(items):
    text = "; ".join(items)
    if not items or "" in items:
        raise NoAnswer("the list of answers is empty or has an empty item")
    if len(items) > _most_items or length(text) > _longest:
        raise NoAnswer(f"expected at most {_longest} characters and {_most_items} items")
    return {"text": text, "type": "list", "value": items}


def _list_items(text):
    """The items of a text that is clearly a list; None otherwise."""
    listed = _json_list(text)
    if listed is not None:
        return listed
    for separator in ("\n+", "[;；]", "、"):
        items = _clean(re.split(separator, text))
        if len(items) > 1:
            return items
    items = _clean(re.split(rf",{SPACE}+(?:and{SPACE}+|or{SPACE}+|&{SPACE}+)?", text))
    is_list = len(items) > 2 and all(len(tokenise(item)) <= 5 and item[-1] not in ".!?" for item in items)
    return items if is_list else None


def _json_list(text):
    if not (len(text) > 1 and text[0] == "[" and text[-1] == "]"):
        return None
    inner, at, values = text[1:-1], 0, []
    while at < len(inner):
        item = _json_item.match(inner, at)
        if item is None:
            return None
        at = item.end()
        values.append(strip(next((group for group in item.groups() if group is not None), "")))
    return values if values and all(values) else None


def _clean(parts):
    return [item for item in (strip(_bullet.sub("", part, count=1) if _bullet.match(part) else part) for part in parts) if item]
