"""The batch of an RL step: read from its file, checked, identical trajectories joined."""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

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
    """Sampled by the very weights that the step starts from: its log-probabilities must come out again."""
    fresh: bool = False


@dataclass(frozen=True)
class Batch:
    trajectories: list[Trajectory]
    """Step whose policy sampled each one."""
    versions: list[int]

    @property
    def trained_tokens(self) -> int:
        return sum(int(t.mask.sum()) for t in self.trajectories)


@dataclass(frozen=True)
class Limits:
    """What the model can read, and the version of the weights that the step starts from: nothing can be newer."""

    vocab_size: int
    context: int
    newest: int


def read_batch(path: Path, sha256: str, limits: Limits) -> Batch:
    """Fails with `batch_invalid` that names the array and the place; what it returns needs no further check."""
    if not path.is_file():
        raise batch_invalid(f"batch.uri: {path} is no file on the machine of the trainer")
    if (found := sha256_file(path)) != sha256:
        raise batch_invalid(f"batch.sha256: {path} has {found[:12]}…, expected {sha256[:12]}…: write it again")
    try:
        arrays = load_file(path)
    except (SafetensorError, ValueError, OSError) as error:
        raise batch_invalid(f"batch: {path} is no safetensors file: {error}") from error
    return check_batch(arrays, limits)


def check_batch(arrays: dict[str, np.ndarray], limits: Limits) -> Batch:
    for name, dtype in COLUMNS.items():
        if name not in arrays:
            raise batch_invalid(f"batch: {name} is missing")
        if arrays[name].dtype != dtype or arrays[name].ndim != 1:
            raise batch_invalid(
                f"batch: {name} is {arrays[name].dtype}{list(arrays[name].shape)}; expected {np.dtype(dtype)}[n]"
            )
    check_lengths(arrays, limits.context)
    check_values(arrays, limits.vocab_size)
    versions = arrays["version"].tolist()
    if max(versions) > limits.newest:
        raise batch_invalid(f"batch: version {max(versions)} is not older than step {limits.newest + 1}")
    names = ("token_ids", "mask", "logprobs", "advantages")
    trajectories = [
        Trajectory(*(arrays[name][start:end] for name in names), fresh=version == limits.newest)
        for (start, end), version in zip(pairwise(arrays["offsets"].tolist()), versions, strict=True)
    ]
    return Batch(trajectories, versions)


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
    joined: dict[tuple[bool, bytes], Trajectory] = {}
    for trajectory in trajectories:
        if not trajectory.advantages.any():
            continue
        parts = (trajectory.ids, trajectory.mask, trajectory.logprobs, np.sign(trajectory.advantages))
        key = (trajectory.fresh, b"".join(part.tobytes() for part in parts))
        if key in joined:
            joined[key].advantages = joined[key].advantages + trajectory.advantages
        else:
            joined[key] = replace(trajectory)
    return list(joined.values())
