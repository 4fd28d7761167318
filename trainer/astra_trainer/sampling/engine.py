"""Continuous batching of one policy: rows enter when there is a slot, draw a token a step, leave when they end."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from torch import Tensor

from astra_trainer.model.tokenizer import PolicyTokenizer
from astra_trainer.sampling.draw import SamplingValues, draw, uniform_stream
from astra_trainer.sampling.kernel import Kernel, Reading
from astra_trainer.sampling.weights import SamplerWeights


@dataclass
class Choice:
    """One answer: what was sampled, with the logprob of each token under the distribution it was drawn from."""

    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    """Per token: (token, logprob) of the likeliest ones."""
    alternatives: list[list[tuple[int, float]]] = field(default_factory=list)
    """`stop` with the reason None: ended its turn; with a text: that stop text came up; `length`: cut."""
    finish_reason: str = "length"
    stop_reason: str | None = None


@dataclass
class Row:
    prompt: list[int]
    values: SamplingValues
    uniforms: np.ndarray
    done: Callable[[Choice], None]
    failed: Callable[[Exception], None]
    choice: Choice = field(default_factory=Choice)


@dataclass
class Slot:
    """What the cache holds in one place: ids that were read into it (of a row at work its prompt), and its last use."""

    ids: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    row: Row | None = None
    used: int = 0


@dataclass(frozen=True)
class Asked:
    """A prompt with the number of answers wanted; `done(j, choice)` is called as each ends, `failed` when none will."""

    prompt: list[int]
    seed: int
    count: int
    done: Callable[[int, Choice], None]
    failed: Callable[[Exception], None]


class Engine:
    def __init__(self, weights: SamplerWeights, tokenizer: PolicyTokenizer, slots: int) -> None:
        self.kernel = Kernel(weights, slots)
        self.context = weights.config.context
        self._tokenizer = tokenizer
        self._slots = [Slot() for _ in range(slots)]
        self._waiting: deque[Row] = deque()
        self._clock = 0

    def add(self, asked: Asked, values: SamplingValues) -> None:
        """Asks for answers to one prompt. Answer j is a function of weights, prompt, seed, j and values alone."""
        room = min(values.max_tokens, self.context - len(asked.prompt))
        if room < 1:
            raise ValueError(f"a prompt of {len(asked.prompt)} tokens leaves no room in a context of {self.context}")
        for j in range(asked.count):
            uniforms = uniform_stream(asked.seed, j, room)
            self._waiting.append(Row(asked.prompt, values, uniforms, partial(asked.done, j), asked.failed))

    def abandon(self, error: Exception) -> None:
        """Tells everyone who waits that nothing will come."""
        rows = [*self._waiting, *(slot.row for slot in self._slots if slot.row is not None)]
        self._waiting.clear()
        for row in rows:
            row.failed(error)

    @property
    def busy(self) -> bool:
        return bool(self._waiting) or any(slot.row for slot in self._slots)

    def step(self) -> None:
        """Lets in who fits, then one token for every row."""
        self._admit()
        active = [index for index, slot in enumerate(self._slots) if slot.row is not None]
        if not active:
            return
        rows = [self._row_of(index) for index in active]
        lengths = [len(row.prompt) + len(row.choice.tokens) - 1 for row in rows]
        last = [row.choice.tokens[-1] for row in rows]
        logits = self.kernel.step(torch.tensor(active), torch.tensor(last), torch.tensor(lengths))
        self._draw(active, rows, logits)

    def _row_of(self, index: int) -> Row:
        row = self._slots[index].row
        assert row is not None
        return row

    def _admit(self) -> None:
        """Lets in as many rows as there are slots: reads their prompts together and draws their first tokens.

        Of rows with the same prompt one is read; of each prompt only what no slot holds already.
        """
        readings: dict[tuple[int, ...], Reading] = {}
        entered: list[tuple[int, Row]] = []
        while self._waiting and any(slot.row is None for slot in self._slots):
            row = self._waiting.popleft()
            known = tuple(row.prompt) in readings
            index, common = self._place(row, alone=not known)
            entered.append((index, row))
            if not known:
                readings[tuple(row.prompt)] = Reading(index, row.prompt, common)
        if not entered:
            return
        order = {prompt: place for place, prompt in enumerate(readings)}
        logits = self.kernel.read_many(list(readings.values()))
        for index, row in entered:
            source = readings[tuple(row.prompt)].slot
            if index != source:
                self.kernel.cache.copy(source, index, len(row.prompt))
            self._slots[index].ids = np.array(row.prompt)
        chosen = [order[tuple(row.prompt)] for _, row in entered]
        self._draw([index for index, _ in entered], [row for _, row in entered], logits[chosen])

    def _place(self, row: Row, alone: bool) -> tuple[int, int]:
        """Gives a row a slot at rest; → it, and how much of the prompt is in it: nothing if it is not alone with it."""
        prompt = np.array(row.prompt)
        source, common = self._best_source(prompt) if alone else (0, 0)
        target = source
        if common == 0 or self._slots[source].row is not None:
            target = min(
                (i for i, s in enumerate(self._slots) if s.row is None), key=lambda i: (self._slots[i].used, i)
            )
        if common and target != source:
            self.kernel.cache.copy(source, target, common)
        self._clock += 1
        # Until the prompt is read the slot holds no more than this of it.
        self._slots[target] = Slot(ids=prompt[:common], row=row, used=self._clock)
        return target, common

    def _best_source(self, prompt: np.ndarray) -> tuple[int, int]:
        """The slot with the longest common beginning, one at rest if there is a choice; a token is left to read."""
        best, best_key = 0, (0, False)
        for index, slot in enumerate(self._slots):
            key = (min(common_length(slot.ids, prompt), len(prompt) - 1), slot.row is None)
            if key > best_key:
                best, best_key = index, key
        return best, best_key[0]

    def _draw(self, indices: list[int], rows: list[Row], logits: Tensor) -> None:
        uniforms = [float(row.uniforms[len(row.choice.tokens)]) for row in rows]
        tokens, chosen, everything = draw(logits, [row.values for row in rows], uniforms)
        for place, (index, row) in enumerate(zip(indices, rows, strict=True)):
            row.choice.tokens.append(tokens[place])
            row.choice.logprobs.append(chosen[place])
            if row.values.alternatives:
                top = everything[place].topk(row.values.alternatives)
                row.choice.alternatives.append(list(zip(top.indices.tolist(), top.values.tolist(), strict=True)))
            if self._ended(row):
                self._leave(index, row)

    def _ended(self, row: Row) -> bool:
        choice = row.choice
        if choice.tokens[-1] == self._tokenizer.end_of_turn:
            choice.finish_reason = "stop"
            return True
        if row.values.stop:
            text = self._tokenizer.decode(choice.tokens)
            found = next((stop for stop in row.values.stop if stop in text), None)
            if found is not None:
                choice.finish_reason, choice.stop_reason = "stop", found
                return True
        return len(choice.tokens) == len(row.uniforms)

    def _leave(self, index: int, row: Row) -> None:
        # The last token was drawn but never read: the cache ends before it.
        ids = np.array(row.prompt + row.choice.tokens[:-1])
        self._clock += 1
        self._slots[index] = Slot(ids=ids, used=self._clock)
        row.done(row.choice)


def common_length(a: np.ndarray, b: np.ndarray) -> int:
    length = min(len(a), len(b))
    different = np.nonzero(a[:length] != b[:length])[0]
    return int(different[0]) if len(different) else length
