"""Does a returned value hold the gold answer? The comparison that proved the tools, and that scores a policy."""
import json
import re
from functools import cached_property

from .characters import length
from .dates import dates_in, parse_date, same_date
from .decimals import LARGEST_EXACT, equals_at_precision, number_text, parse_decimal, to_number
from .golds import NoAnswer, gold_decimal, truth_of, type_answer
from .leaves import leaves_of
from .quantities import parse_quantity, quantities_in
from .texts import coarse_tokens, fence, is_spaceless, normalise, tokenise
from .units import units_agree

_short_text = 3
_longest_text = 131_072
_particles = "[是为叫在的了和与及]"
_printed_error = re.compile(
    r"\s*(?:error(?a:\b)|traceback \(most recent|exception(?a:\b)|"
    r"['\"]error['\"]\s*:\s*(?!\s|none(?a:\b)|null(?a:\b)|false(?a:\b)))",
    re.I,
)


def matches_gold(gold, value):
    """Whether one leaf of the value is the gold answer, or every item of a gold list is; never for an error result."""
    return _matches(gold, leaves_of(value), every_number=False)


def matches_gold_text(gold, text):
    """The same rules for printed output: JSON is read as the value it is, printed errors never match."""
    if length(text) > _longest_text:
        return False
    if re.match(r"\s*[\[{]", text):
        try:
            return matches_gold(gold, json.loads(text))
        except ValueError:
            pass
    if _printed_error.match(text):
        return False
    return _matches(gold, [(line, ()) for line in (text, *text.split("\n"))], every_number=True)


class _Leaf:
    """One leaf; each reading of it is made once, however many items are looked for in it."""

    def __init__(self, leaf, every_number):
        self.value, self.units = leaf
        self._every = every_number

    @cached_property
    def whole(self):
        return normalise(_text_of(self.value))

    @cached_property
    def tokens(self):
        return fence(tokenise(self.whole))

    @cached_property
    def coarse(self):
        return coarse_tokens(self.whole)

    @cached_property
    def quantities(self):
        if isinstance(self.value, bool):
            return []
        if not isinstance(self.value, str):
            number = parse_decimal(number_text(self.value))
            return [] if number is None else [(number, None)]
        whole = parse_quantity(self.value)
        if whole is not None:
            return [whole]
        inside = quantities_in(self.value)
        return inside if self._every or len(inside) == 1 else []

    @cached_property
    def dates(self):
        if not isinstance(self.value, str):
            return []
        whole = parse_date(self.value)
        if whole is not None:
            return [whole]
        inside = dates_in(self.value)
        return inside if self._every or len(set(inside)) == 1 else []


def _text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def _matches(gold, leaves, every_number):
    if not isinstance(gold["value"], list):
        return any(_is_gold(gold, _Leaf(leaf, every_number)) for leaf in leaves)
    read = [[_Leaf(part, every_number) for part in (leaf, *_list_parts(leaf))] for leaf in leaves]
    printed = normalise(gold["text"])
    if any(whole.whole == printed for whole, *_ in read):
        return True
    wanted = {}
    for item in gold["value"]:
        wanted[item] = 1 if every_number else wanted.get(item, 0) + 1
    return all(_count(item, read) >= times for item, times in wanted.items())


def _count(item, leaves):
    """How often an item of a gold list is found; a leaf that holds a whole list counts once per part."""
    try:
        typed = type_answer(item)
    except NoAnswer:
        return 0
    gold = {"text": item, "type": "phrase", "value": item} if typed["type"] == "list" else typed
    found = 0
    for whole, *parts in leaves:
        in_parts = sum(1 for part in parts if _is_gold(gold, part))
        found += in_parts or (1 if _is_gold(gold, whole) else 0)
    return found


def _is_gold(gold, leaf):
    kind = gold["type"]
    if kind == "number":
        return _is_number(gold, leaf)
    if kind == "boolean":
        return _is_truth(gold["value"] is True, leaf)
    if kind == "date":
        return any(same_date(gold["value"], date) for date in leaf.dates)
    return _is_phrase(gold["value"], leaf)


def _is_number(gold, leaf):
    number = gold_decimal(gold)
    for found, unit in leaf.quantities:
        named = leaf.units if unit is None else (unit,)
        if named and not any(units_agree(gold.get("unit"), one) for one in named):
            continue
        # Larger integers lose digits when JSON is read as doubles, so such a leaf is compared as the double it is.
        is_rounded = not isinstance(leaf.value, (str, bool)) and abs(leaf.value) > LARGEST_EXACT
        if to_number(number) == float(leaf.value) if is_rounded else equals_at_precision(number, found):
            return True
    return False


def _is_truth(gold, leaf):
    if not isinstance(leaf.value, str):
        return leaf.value is gold
    words = {truth_of(word) for word in leaf.coarse}
    return gold in words and (not gold) not in words


def _is_phrase(gold, leaf):
    if isinstance(leaf.value, bool):
        return False
    text = normalise(gold)
    if leaf.whole == text:
        return True
    if len(text) <= _short_text:
        return _is_short(text, leaf.coarse)
    tokens = tokenise(gold)
    return bool(tokens) and fence(tokens) in leaf.tokens


def _is_short(gold, tokens):
    """Chinese and the like print no spaces: there a token stands between punctuation and the commonest particles."""
    if gold in tokens:
        return True
    if not is_spaceless(gold) or re.search(_particles, gold):
        return False
    return any(gold in re.split(_particles, item) for item in tokens)


def _list_parts(leaf):
    value, units = leaf
    if not isinstance(value, str):
        return []
    parts = re.split(r"[;；、，\n[\]]|,(?![0-9]{3}(?![0-9]))|\s(?:and|or|&)\s", value)
    shown = [re.sub(r"^['\"]|['\"]\Z", "", part.strip()) for part in parts]
    shown = [part for part in shown if part]
    return [] if len(shown) < 2 else [(part, units) for part in shown]
