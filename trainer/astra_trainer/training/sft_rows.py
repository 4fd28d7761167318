"""The rows of an SFT file: read, encoded, and refused together with the reason and the place of every bad one.

The failure that is refused first and foremost: a row in which no token is trained. It has a healthy-looking loss and
teaches nothing.
"""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from astra_trainer.errors import dataset_invalid
from astra_trainer.model.chat import ChatFormat

SHOWN_ROWS = 10


@dataclass(frozen=True)
class SftRow:
    ids: Sequence[int]
    mask: Sequence[int]
    phase: int

    @property
    def trained(self) -> int:
        return sum(self.mask)


@dataclass
class SftRows:
    rows: list[SftRow] = field(default_factory=list)
    """Numbers (from 1) of rows that were longer than allowed and left out."""
    left_out: list[int] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return sum(len(row.ids) for row in self.rows)

    @property
    def trained_tokens(self) -> int:
        return sum(row.trained for row in self.rows)

    @property
    def longest(self) -> int:
        return max(len(row.ids) for row in self.rows)

    def of_phase(self, phase: int) -> list[SftRow]:
        return [row for row in self.rows if row.phase == phase]


def count_rows(path: Path) -> int:
    """How many rows a file has; refuses the whole file for a line that is no JSON object with messages, or for none."""
    count, bad = 0, []
    for number, line in numbered_lines(path):
        if parse_line(line) is None:
            bad.append(number)
        count += 1
    if bad:
        raise dataset_invalid(f"{len(bad)} rows are no JSON object with a list of messages: {shown(bad)}")
    if count == 0:
        raise dataset_invalid("the file has no rows")
    return count


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file that `count_rows` has accepted, one at a time: as objects they take ten times its size."""
    for number, line in numbered_lines(path):
        row = parse_line(line)
        if row is None:
            raise dataset_invalid(f"row {number} is no JSON object with a list of messages")
        yield row


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def parse_line(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or not isinstance(row.get("messages"), list) or not row["messages"]:
        return None
    tools, phase = row.get("tools"), row.get("phase", 0)
    if isinstance(tools, str):
        tools = row["tools"] = json.loads(tools)
    fits = all(isinstance(message, dict) for message in row["messages"]) and isinstance(tools, list | None)
    return row if fits and isinstance(phase, int) and phase >= 0 else None


def encode_rows(raw: Iterable[dict[str, Any]], chat: ChatFormat, limit: int, leave_out_long: bool) -> SftRows:
    """Every row as ids and mask; refuses the set when a row is bad, too long (unless told), or trains nothing."""
    result = SftRows()
    bad: dict[str, list[int]] = defaultdict(list)
    number = 0
    for number, row in enumerate(raw, 1):
        try:
            pieces = chat.conversation(row["messages"], row.get("tools"))
        except ValueError as error:
            bad[str(error)].append(number)
            continue
        encoded = SftRow(array("i", pieces.ids), bytes(pieces.mask), row.get("phase", 0))
        if encoded.trained == 0:
            bad["no trained token: no assistant message, or weight 0 on all of them"].append(number)
        elif len(encoded.ids) > limit:
            result.left_out.append(number)
        else:
            result.rows.append(encoded)
    if bad:
        reasons = "; ".join(f"{len(numbers)} rows: {reason} (rows {shown(numbers)})" for reason, numbers in bad.items())
        raise dataset_invalid(f"of {number} rows refused: {reasons}")
    if result.left_out and not leave_out_long:
        raise dataset_invalid(
            f"{len(result.left_out)} of {number} rows have more than {limit} tokens (rows {shown(result.left_out)}): "
            f"shorten them, raise max_row_tokens, or set overlong to leave_out"
        )
    if not result.rows:
        raise dataset_invalid(f"none of {number} rows has {limit} tokens or fewer")
    return result


def shown(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:SHOWN_ROWS])) + (" …" if len(numbers) > SHOWN_ROWS else "")
