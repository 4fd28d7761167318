"""Conversations as tokens: the only place where messages become ids.

A conversation is laid out in pieces that are encoded one by one. A rollout appends the same pieces one by one, so that
what SFT trained, what a rollout saw and what an RL step computes again are the same ids:
`prompt_n = prompt_{n-1} + completion + bridge`.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from astra_trainer.model.tokenizer import CALL_CLOSE, CALL_OPEN, ROLES, START_OF_TURN, PolicyTokenizer

Message = dict[str, Any]


@dataclass
class Pieces:
    """Ids with a mask: 1 where a token is the assistant's own and may be trained."""

    ids: list[int] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)

    def add(self, ids: list[int], trained: bool = False) -> None:
        self.ids += ids
        self.mask += [int(trained)] * len(ids)


@dataclass(frozen=True)
class ParsedTurn:
    content: str
    calls: list[dict[str, Any]]


class ChatFormat:
    def __init__(self, tokenizer: PolicyTokenizer) -> None:
        self._tokenizer = tokenizer

    def prompt(self, messages: list[Message], tools: list[Any] | None) -> list[int]:
        """Ids up to the point where the assistant speaks."""
        pieces = self.conversation(messages, tools)
        self._open_assistant(pieces)
        return pieces.ids

    def bridge(self, messages: list[Message]) -> list[int]:
        """Ids between a completed assistant turn and the next one: what tools or the user said."""
        pieces = Pieces()
        for message in messages:
            if message.get("role") == "assistant":
                raise ValueError("bridge_of: an assistant message cannot stand between two assistant turns")
            self._turn(pieces, message, first=False)
        self._open_assistant(pieces)
        return pieces.ids

    def conversation(self, messages: list[Message], tools: list[Any] | None) -> Pieces:
        """A whole conversation; trained are the assistant's turns, each with its end, unless their weight is 0."""
        if not messages:
            raise ValueError("messages: expected at least one message")
        pieces = Pieces()
        first = True
        if tools:
            self._head(pieces, "system", first)
            pieces.add(self._tokenizer.plain("Tools: " + json_text([tool_document(tool) for tool in tools])))
            self._end(pieces, trained=False)
            first = False
        for message in messages:
            self._turn(pieces, message, first)
            first = False
        return pieces

    def _turn(self, pieces: Pieces, message: Message, first: bool) -> None:
        role = message.get("role")
        if role not in ROLES:
            raise ValueError(f"messages: got role {role!r}; expected one of {', '.join(ROLES)}")
        trained = role == "assistant" and message.get("weight", 1) != 0
        self._head(pieces, role, first)
        pieces.add(self._tokenizer.plain(message_text(message)), trained)
        if role == "assistant":
            for call in message.get("tool_calls") or []:
                pieces.add(self._tokenizer.markup(CALL_OPEN), trained)
                pieces.add(self._tokenizer.plain(call_text(call)), trained)
                pieces.add(self._tokenizer.markup(CALL_CLOSE), trained)
        self._end(pieces, trained)

    def _head(self, pieces: Pieces, role: str, first: bool) -> None:
        pieces.add(self._tokenizer.markup(f"{'' if first else chr(10)}{START_OF_TURN}{role}\n"))

    def _end(self, pieces: Pieces, trained: bool) -> None:
        pieces.add([self._tokenizer.end_of_turn], trained)

    def _open_assistant(self, pieces: Pieces) -> None:
        self._head(pieces, "assistant", first=not pieces.ids)


def texts_between_marks(messages: list[Message], tools: list[Any] | None) -> list[str]:
    """What `conversation` encodes as plain text, for making a vocabulary before there is one."""
    texts = ["Tools: " + json_text([tool_document(tool) for tool in tools])] if tools else []
    for message in messages:
        texts.append(message_text(message))
        texts += [call_text(call) for call in message.get("tool_calls") or []]
    return [text for text in texts if text]


def parse_turn(text: str) -> ParsedTurn:
    """Splits an assistant turn into content and calls; a call that is no object with a name stays in the content."""
    content, calls, rest = "", [], text
    while CALL_OPEN in rest:
        before, _, after = rest.partition(CALL_OPEN)
        body, close, after = after.partition(CALL_CLOSE)
        call = read_call(body) if close else None
        if call is None:
            content += before + CALL_OPEN + body + close
        else:
            content += before
            calls.append(call)
        rest = after
    return ParsedTurn(content + rest, calls)


def read_call(body: str) -> dict[str, Any] | None:
    try:
        call = json.loads(body)
    except ValueError:
        return None
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return None
    arguments = call.get("arguments", {})
    return {"name": call["name"], "arguments": arguments} if isinstance(arguments, dict) else None


def message_text(message: Message) -> str:
    content = message.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in content):
        return "".join(str(part.get("text", "")) for part in content)
    raise ValueError(f"messages: content must be text, got {type(content).__name__}")


def call_text(call: dict[str, Any]) -> str:
    function = call.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise ValueError("messages: a tool call needs function.name")
    arguments = function.get("arguments", {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError as error:
            raise ValueError(f"messages: arguments of {function['name']} are not JSON: {arguments[:80]!r}") from error
    return json_text({"name": function["name"], "arguments": arguments})


def tool_document(tool: Any) -> Any:
    """What a policy reads of a tool: without the wrapper that is the same for all."""
    return tool["function"] if isinstance(tool, dict) and isinstance(tool.get("function"), dict) else tool


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
