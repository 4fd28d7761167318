"""Losses per token. All are summed: who normalises is the client, through the advantages and weights it sends.

`logp` are the log-probabilities under the weights that train, `behaviour` those under the weights that sampled. The
ratio between the two is the only correction for everything that lies between sampling and training.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from astra_trainer.errors import invalid_request

LossFunction = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(logp, behaviour, advantages) → loss of each token"""


@dataclass(frozen=True)
class LossSpec:
    fn: str
    """Bounds of the ratio itself, not distances from 1."""
    low: float = 0.8
    high: float = 1.28
    tv_threshold: float = 0.2
    tis_cap: float | None = None
    mask_kind: str | None = None
    mask_low: float = 0.5
    mask_high: float = 5.0
    temperature: float = 1.0


def importance_sampling(logp: Tensor, behaviour: Tensor, advantages: Tensor) -> Tensor:
    return -(logp - behaviour).exp() * advantages


def ppo(logp: Tensor, behaviour: Tensor, advantages: Tensor, low: float, high: float) -> Tensor:
    ratio = (logp - behaviour).exp()
    return -torch.minimum(ratio * advantages, ratio.clamp(low, high) * advantages)


def cispo(logp: Tensor, behaviour: Tensor, advantages: Tensor, low: float, high: float) -> Tensor:
    """The clipped ratio weighs, but does not push: every token keeps a gradient."""
    weight = (logp - behaviour).exp().clamp(low, high).detach()
    return -weight * advantages * logp


def dppo(logp: Tensor, behaviour: Tensor, advantages: Tensor, threshold: float) -> Tensor:
    """Tokens whose probability itself (not its ratio) has already moved too far where they are pushed count no more."""
    ratio = (logp - behaviour).exp()
    moved = (logp.exp() - behaviour.exp()).detach()
    too_far = torch.where(advantages > 0, moved > threshold, moved < -threshold)
    return -ratio * advantages * (~too_far)


LOSSES = ("importance_sampling", "ppo", "cispo", "dppo")


def token_losses(spec: LossSpec, logp: Tensor, behaviour: Tensor, advantages: Tensor) -> Tensor:
    if spec.fn == "importance_sampling":
        return importance_sampling(logp, behaviour, advantages)
    if spec.fn == "ppo":
        return ppo(logp, behaviour, advantages, spec.low, spec.high)
    if spec.fn == "cispo":
        return cispo(logp, behaviour, advantages, spec.low, spec.high)
    if spec.fn == "dppo":
        return dppo(logp, behaviour, advantages, spec.tv_threshold)
    raise invalid_request(f"loss: got {spec.fn!r}; expected one of {', '.join(LOSSES)}")


def correction(spec: LossSpec, logp: Tensor, behaviour: Tensor, row: Tensor) -> Tensor:
    """Weight of each token, without gradient: 1, less where its ratio is above the cap, 0 where it is masked.

    `row` says to which trajectory a token belongs.
    """
    ratio = (logp - behaviour).exp().detach()
    weight = torch.ones_like(ratio)
    if spec.tis_cap is not None:
        weight = weight * (spec.tis_cap / ratio).clamp(max=1.0)
    if spec.mask_kind == "icepop":
        weight = weight * ((ratio >= spec.mask_low) & (ratio <= spec.mask_high))
    elif spec.mask_kind == "sequence":
        rows = int(row.max()) + 1
        sums = torch.zeros(rows).index_add_(0, row, (logp - behaviour).detach())
        counts = torch.zeros(rows).index_add_(0, row, torch.ones_like(ratio))
        mean = (sums / counts.clamp(min=1)).exp()
        weight = weight * ((mean >= spec.mask_low) & (mean <= spec.mask_high))[row]
    return weight


def read_loss(raw: dict[str, Any]) -> LossSpec:
    """From the `loss` of a step, already checked against its schema."""
    mask = raw.get("mask") or {}
    return LossSpec(
        fn=raw["fn"],
        low=1 - raw["clip_low"],
        high=1 + raw["clip_high"],
        tv_threshold=raw["tv_threshold"],
        tis_cap=raw.get("tis_cap"),
        mask_kind=mask.get("kind"),
        mask_low=mask.get("low", 0.5),
        mask_high=mask.get("high", 5.0),
        temperature=raw["temperature"],
    )
