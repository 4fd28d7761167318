"""Micro-batches without padding: the rows of a group begin with one prompt, which is computed once for all of them.

A bundle is a common beginning (the stem) and what follows it in each row (the branches). All tokens of a micro-batch
lie one after the other, so every product of matrices sees them as one long row; only attention knows who follows whom.
It reads them in the pieces of the sampler, which gives the very log-probabilities that were sampled.
The gradient of a stem is the sum over its branches, as it is where every row computes the beginning for itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from astra_trainer.model.blocks import Cut, attention_in_blocks, cuts
from astra_trainer.model.config import ModelConfig
from astra_trainer.training.batch import Trajectory


@dataclass(frozen=True)
class Bundle:
    """Rows with the same first `stem` tokens, none of them trained; shorter rows first."""

    stem: int
    rows: list[Trajectory]

    @property
    def tokens(self) -> int:
        return self.stem + sum(len(row.ids) - self.stem for row in self.rows)


@dataclass(frozen=True)
class Stem:
    place: slice
    pieces: list[Cut]

    def mix(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention_in_blocks(q[:, :, self.place], k[:, :, self.place], v[:, :, self.place], self.pieces)


@dataclass(frozen=True)
class Branches:
    """Branches of one length, side by side: `count` of them from `start` on, each `length` tokens."""

    stem: slice
    start: int
    count: int
    length: int
    pieces: list[Cut]

    def mix(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        mixed = attention_in_blocks(self._own(q), self._after_stem(k), self._after_stem(v), self.pieces)
        return mixed.transpose(0, 1).reshape(1, q.shape[1], -1, q.shape[3])

    def _own(self, x: Tensor) -> Tensor:
        """[1, heads, tokens, head size] → [branches, heads, length, head size]"""
        own = x[0, :, self.start : self.start + self.count * self.length]
        return own.view(x.shape[1], self.count, self.length, -1).transpose(0, 1)

    def _after_stem(self, x: Tensor) -> Tensor:
        return torch.cat([x[:, :, self.stem].expand(self.count, -1, -1, -1), self._own(x)], 2)


@dataclass(frozen=True)
class MicroBatch:
    ids: Tensor
    positions: Tensor
    stems: list[Stem]
    branches: list[Branches]
    """Where the trained tokens are predicted from, and which they are."""
    before: Tensor
    targets: Tensor
    behaviour: Tensor
    advantages: Tensor
    fresh: Tensor
    """Row of each trained token."""
    row: Tensor

    @property
    def tokens(self) -> int:
        return self.ids.numel()

    def mix(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Attention over packed tokens, [1, heads, tokens, head size] → the same shape."""
        parts = [(stem.place.start, stem.mix(q, k, v)) for stem in self.stems]
        parts += [(some.start, some.mix(q, k, v)) for some in self.branches]
        return torch.cat([part for _, part in sorted(parts, key=lambda entry: entry[0])], 2)


def micro_batches(trajectories: list[Trajectory], token_limit: int, config: ModelConfig) -> list[MicroBatch]:
    """At most `token_limit` tokens each, one row at least."""
    return [pack(bundles, config) for bundles in filled(bundled(trajectories, token_limit), token_limit)]


def bundled(trajectories: list[Trajectory], token_limit: int) -> Iterator[Bundle]:
    """Rows with one prompt together, in order of the first of them; cut where they would not fit a micro-batch."""
    groups: dict[bytes, list[Trajectory]] = {}
    for row in trajectories:
        groups.setdefault(row.ids[: first_trained(row)].tobytes(), []).append(row)
    for members in groups.values():
        stem = first_trained(members[0])
        part: list[Trajectory] = []
        for row in sorted(members, key=lambda row: len(row.ids)):
            if part and Bundle(stem, [*part, row]).tokens > token_limit:
                yield Bundle(stem, part)
                part = []
            part.append(row)
        yield Bundle(stem, part)


def first_trained(row: Trajectory) -> int:
    return int(row.mask.argmax())


def filled(bundles: Iterator[Bundle], token_limit: int) -> Iterator[list[Bundle]]:
    part: list[Bundle] = []
    for bundle in bundles:
        if part and sum(one.tokens for one in part) + bundle.tokens > token_limit:
            yield part
            part = []
        part.append(bundle)
    if part:
        yield part


def pack(bundles: list[Bundle], config: ModelConfig) -> MicroBatch:
    stems: list[Stem] = []
    branches: list[Branches] = []
    ids, positions, before = [], [], []
    at = 0
    for bundle in bundles:
        stem = slice(at, at + bundle.stem)
        stems.append(Stem(stem, cuts(0, bundle.stem, config.queries_per_key, config.context)))
        ids.append(bundle.rows[0].ids[: bundle.stem])
        positions.append(np.arange(bundle.stem))
        at = stem.stop
        for length, same in groupby(bundle.rows, key=lambda row: len(row.ids) - bundle.stem):
            members = list(same)
            pieces = cuts(bundle.stem, bundle.stem + length, config.queries_per_key, config.context)
            branches.append(Branches(stem, at, len(members), length, pieces))
            for row in members:
                places = np.flatnonzero(row.mask) - 1
                before.append(np.where(places < bundle.stem, stem.start + places, at + places - bundle.stem))
                ids.append(row.ids[bundle.stem :])
                positions.append(np.arange(bundle.stem, len(row.ids)))
                at += length
    rows = [row for bundle in bundles for row in bundle.rows]

    def flat(values: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.concatenate([v[row.mask == 1] for v, row in zip(values, rows, strict=True)]))

    counts = torch.tensor([int(row.mask.sum()) for row in rows])
    return MicroBatch(
        ids=torch.from_numpy(np.concatenate(ids).astype(np.int64)),
        positions=torch.from_numpy(np.concatenate(positions)),
        stems=stems,
        branches=branches,
        before=torch.from_numpy(np.concatenate(before)),
        targets=flat([row.ids.astype(np.int64) for row in rows]),
        behaviour=flat([row.logprobs for row in rows]),
        advantages=flat([row.advantages for row in rows]),
        fresh=torch.tensor([row.fresh for row in rows]).repeat_interleave(counts),
        row=torch.arange(len(rows)).repeat_interleave(counts),
    )
