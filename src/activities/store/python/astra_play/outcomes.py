"""What one run of a tool says: a result, or an error in one of the forms that tools use."""
import re

from .answers import matches_gold, matches_gold_text
from .leaves import is_error_result

_error_text = re.compile(r"\s*(error|invalid|exception)(?a:\b)", re.I)
_error_status = re.compile(r"(error|failed|failure)", re.I)


def is_error_value(value):
    """True for a value that reports an error instead of a result."""
    if isinstance(value, str):
        return _error_text.match(value) is not None
    if not isinstance(value, dict):
        return False
    if is_error_result(value) or value.get("success") is False or value.get("ok") is False:
        return True
    status = value.get("status")
    return isinstance(status, str) and _error_status.fullmatch(status) is not None


def is_result(run):
    return run["status"] == "ok" and not is_error_value(run["value"])


def holds_answer(gold, run):
    """Whether the returned value holds the gold answer."""
    return is_result(run) and matches_gold(gold, run["value"])


def says_answer(gold, words):
    """Whether the last words of a policy hold the answer of the question."""
    return words.strip() != "" and matches_gold_text(gold, words)
