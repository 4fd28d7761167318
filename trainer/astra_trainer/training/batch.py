"""The batch of an RL step: read from its file, checked, identical trajectories joined, cut into micro-batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file
from torch import Tensor

from astra_trainer.errors import batch_invalid
from astra_trainer.hashing import sha256_file

COLUMNS = {
    "token_ids": np.int32,
    "mask": np.uint8,
    "logprobs": np.float32,
    "advantages": np.float32,
    "offsets": np.int64,
    "version": np.int32,
}


@dataclass
class Trajectory:
    """Arrays of one length; `mask` is 1 on sampled tokens, the other two are 0 elsewhere."""

    ids: np.ndarray
    mask: np.ndarray
    logprobs: np.ndarray
    advantages: np.ndarray


@dataclass(frozen=True)
class Batch:
    trajectories: list[Trajectory]
    """Step whose policy sampled each one."""
    versions: list[int]

    @property
    def trained_tokens(self) -> int:
        return sum(int(t.mask.sum()) for t in self.trajectories)


def read_batch(path: Path, sha256: str, vocab_size: int, context: int) -> Batch:
    """Fails with `batch_invalid` that names the array and the place; what it returns needs no further check."""
    if not path.is_file():
        raise batch_invalid(f"batch.uri: {path} is no file on the machine of the trainer")
    if (found := sha256_file(path)) != sha256:
        raise batch_invalid(f"batch.sha256: {path} has {found[:12]}…, expected {sha256[:12]}…: write it again")
    try:
        arrays = load_file(path)
    except (SafetensorError, ValueError, OSError) as error:
        raise batch_invalid(f"batch: {path} is no safetensors file: {error}") from error
    return check_batch(arrays, vocab_size, context)


def check_batch(arrays: dict[str, np.ndarray], vocab_size: int, context: int) -> Batch:
    for name, dtype in COLUMNS.items():
        if name not in arrays:
            raise batch_invalid(f"batch: {name} is missing")
        if arrays[name].dtype != dtype or arrays[name].ndim != 1:
            raise batch_invalid(
                f"batch: {name} is {arrays[name].dtype}{list(arrays[name].shape)}; expected {np.dtype(dtype)}[n]"
            )
    check_lengths(arrays, context)
    check_values(arrays, vocab_size)
    offsets = arrays["offsets"].tolist()
    spans = pairwise(offsets)
    trajectories = [
        Trajectory(*(arrays[name][start:end] for name in ("token_ids", "mask", "logprobs", "advantages")))
        for start, end in spans
    ]
    return Batch(trajectories, arrays["version"].tolist())


def check_lengths(arrays: dict[str, np.ndarray], context: int) -> None:
    total, offsets = len(arrays["token_ids"]), arrays["offsets"]
    for name in ("mask", "logprobs", "advantages"):
        if len(arrays[name]) != total:
            raise batch_invalid(f"batch: {name} has {len(arrays[name])} values for {total} tokens")
    if len(offsets) < 2 or offsets[0] != 0 or offsets[-1] != total or (np.diff(offsets) < 1).any():
        raise batch_invalid(
            f"batch: offsets must rise from 0 to {total}, got {offsets[:4].tolist()} … {offsets[-1:].tolist()}"
        )
    if len(arrays["version"]) != len(offsets) - 1:
        raise batch_invalid(f"batch: version has {len(arrays['version'])} values for {len(offsets) - 1} trajectories")
    if (longest := int(np.diff(offsets).max())) > context:
        raise batch_invalid(f"batch: a trajectory has {longest} tokens; the context is {context}")


def check_values(arrays: dict[str, np.ndarray], vocab_size: int) -> None:
    ids, mask, logprobs, advantages = (arrays[n] for n in ("token_ids", "mask", "logprobs", "advantages"))
    refusals = {
        f"token_ids outside 0 … {vocab_size - 1}": (ids < 0) | (ids >= vocab_size),
        "mask that is neither 0 nor 1": mask > 1,
        "logprobs that are not finite": ~np.isfinite(logprobs),
        "logprobs above 0": logprobs > 1e-6,
        "advantages that are not finite": ~np.isfinite(advantages),
        "advantages or logprobs where mask is 0": (mask == 0) & ((advantages != 0) | (logprobs != 0)),
    }
    for what, wrong in refusals.items():
        if wrong.any():
            raise batch_invalid(f"batch: {what}, {int(wrong.sum())} of them, first at token {int(wrong.argmax())}")
    starts = arrays["offsets"][:-1]
    if mask[starts].any():
        raise batch_invalid("batch: mask is 1 on the first token of a trajectory, which nothing could have sampled")
    if not mask.any():
        raise batch_invalid("batch: no trained token: mask is 0 everywhere")
    if not advantages.any():
        raise batch_invalid("batch: all advantages are 0: every group had equal rewards, there is nothing to learn")


def join_identical(trajectories: list[Trajectory]) -> list[Trajectory]:
    """One trajectory for all that are the same, with the sum of their advantages; those without any are left out.

    The gradient is the same: every loss is linear in the advantage as long as its sign does not change, so only
    trajectories whose advantages have the same signs are joined.
    """
    joined: dict[bytes, Trajectory] = {}
    for trajectory in trajectories:
        if not trajectory.advantages.any():
            continue
        parts = (trajectory.ids, trajectory.mask, trajectory.logprobs, np.sign(trajectory.advantages))
        key = b"".join(part.tobytes() for part in parts)
        if key in joined:
            joined[key].advantages = joined[key].advantages + trajectory.advantages
        else:
            joined[key] = Trajectory(trajectory.ids, trajectory.mask, trajectory.logprobs, trajectory.advantages)
    return list(joined.values())


@dataclass(frozen=True)
class MicroBatch:
    """Padded rows; the flat tensors hold the trained tokens of all rows one after the other."""

    ids: Tensor
    """[rows, length] true where the token is trained."""
    trained: Tensor
    behaviour: Tensor
    advantages: Tensor
    """Row of each trained token."""
    row: Tensor

    @property
    def tokens(self) -> int:
        return self.ids.numel()


def micro_batches(trajectories: list[Trajectory], token_limit: int) -> list[MicroBatch]:
    """Rows of like length together, at most `token_limit` places each (one row at least)."""
    ordered = sorted(trajectories, key=lambda t: len(t.ids))
    return [pack(rows) for rows in cut_rows(ordered, token_limit)]


def cut_rows(ordered: list[Trajectory], token_limit: int) -> Iterator[list[Trajectory]]:
    rows: list[Trajectory] = []
    for trajectory in ordered:
        if rows and (len(rows) + 1) * len(trajectory.ids) > token_limit:
            yield rows
            rows = []
        rows.append(trajectory)
    if rows:
        yield rows


def pack(rows: list[Trajectory]) -> MicroBatch:
    length = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    trained = torch.zeros(len(rows), length, dtype=torch.bool)
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = torch.from_numpy(row.ids.astype(np.int64))
        trained[place, : len(row.ids)] = torch.from_numpy(row.mask.astype(bool))

    def flat(values: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.concatenate([v[row.mask == 1] for v, row in zip(values, rows, strict=True)]))

    counts = torch.tensor([int(row.mask.sum()) for row in rows])
    return MicroBatch(
        ids=ids,
        trained=trained,
        behaviour=flat([row.logprobs for row in rows]),
        advantages=flat([row.advantages for row in rows]),
        row=torch.arange(len(rows)).repeat_interleave(counts),
    )
