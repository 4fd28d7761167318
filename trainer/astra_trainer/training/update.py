"""One RL update of a model in memory: gradients over all micro-batches, then one optimizer step, or nothing at all."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from astra_trainer.errors import gradient_not_finite
from astra_trainer.model.llama import Llama
from astra_trainer.training.batch import Batch, join_identical
from astra_trainer.training.losses import LossSpec, correction, token_losses
from astra_trainer.training.optimizers import AdamValues, State, adamw_step, clip_gradients, refuse_broken_weights
from astra_trainer.training.packing import MicroBatch, micro_batches
from astra_trainer.training.vocabulary import chosen_logprobs

Progress = Callable[[str, int, int], None]
"""(phase, micro-batch, of): the sign of life of a step."""


@dataclass
class Totals:
    """Sums over tokens; divided at the end."""

    loss: float = 0.0
    kl: float = 0.0
    kl_k3: float = 0.0
    entropy: float = 0.0
    ratio: float = 0.0
    ratio_used: float = 0.0
    ratio_max: float = 0.0
    clipped_low: int = 0
    clipped_high: int = 0
    masked: int = 0
    difference_max: float = 0.0
    fresh: int = 0
    tokens: int = 0
    forwarded: int = 0

    def add(
        self, spec: LossSpec, micro: MicroBatch, logp: Tensor, entropy: Tensor, weight: Tensor, loss: Tensor
    ) -> None:
        difference = (logp - micro.behaviour).detach()
        ratio = difference.exp()
        self.loss += float(loss.detach())
        self.kl -= float(difference.sum())
        self.kl_k3 += float((ratio - 1 - difference).sum())
        self.entropy += float(entropy.sum())
        self.ratio += float(ratio.sum())
        self.ratio_used += float((ratio * weight).sum())
        self.ratio_max = max(self.ratio_max, float(ratio.max()))
        self.clipped_low += int(((ratio < spec.low) & (micro.advantages < 0)).sum())
        self.clipped_high += int(((ratio > spec.high) & (micro.advantages > 0)).sum())
        self.masked += int((weight == 0).sum())
        self.difference_max = max([self.difference_max, *difference[micro.fresh].abs().tolist()])
        self.fresh += int(micro.fresh.sum())
        self.tokens += len(ratio)
        self.forwarded += micro.tokens

    def metrics(self) -> dict[str, float | int]:
        n = self.tokens
        return {
            "loss": self.loss,
            "kl": self.kl / n,
            "kl_k3": self.kl_k3 / n,
            "entropy": self.entropy / n,
            "ratio_mean": self.ratio / n,
            "ratio_max": self.ratio_max,
            "ratio_mean_used": self.ratio_used / n,
            "clip_low_frac": self.clipped_low / n,
            "clip_high_frac": self.clipped_high / n,
            "masked_frac": self.masked / n,
            "logprob_diff_max": self.difference_max,
            "tokens_fresh": self.fresh,
            "tokens_trained": n,
            "tokens_forwarded": self.forwarded,
        }


# Bytes. Of SmolLM2 that is 1,600 tokens; more at once would be no faster on a processor.
ACTIVATIONS = 3 * 2**30


@dataclass(frozen=True)
class UpdateSpec:
    loss: LossSpec
    adam: AdamValues
    grad_clip: float = 1.0
    micro_batch_tokens: int = 16384


def rl_update(model: Llama, state: State, batch: Batch, spec: UpdateSpec, progress: Progress) -> dict[str, Any]:
    """Changes the model and the optimizer's state in place; → metrics.

    Raises `gradient_not_finite` when a number is not finite; the model in memory is then worthless, files are not.
    """
    parameters = model.trainable()
    for parameter in parameters.values():
        parameter.grad = None
    trajectories = join_identical(batch.trajectories)
    pieces = micro_batches(trajectories, min(spec.micro_batch_tokens, tokens_at_once(model)), model.config)
    totals = Totals()
    for index, micro in enumerate(pieces):
        progress("update", index, len(pieces))
        loss = backward(model, micro, spec.loss, totals)
        if not math.isfinite(loss):
            raise gradient_not_finite(f"the loss of micro-batch {index + 1} of {len(pieces)} is {loss}")
    norm = clip_gradients(parameters, spec.grad_clip)
    if not math.isfinite(norm):
        raise gradient_not_finite(f"the norm of the gradient is {norm}: the parent stays as it is")
    progress("optimizer", len(pieces), len(pieces))
    adamw_step(parameters, state, spec.adam)
    refuse_broken_weights(parameters)
    used = min(norm, spec.grad_clip) if spec.grad_clip > 0 else norm
    return totals.metrics() | {
        "grad_norm": norm,
        "grad_norm_clipped": used,
        "lr": spec.adam.lr,
        "trajectories": len(batch.trajectories),
        "unique_trajectories": len(trajectories),
        "micro_batches": len(pieces),
    }


def tokens_at_once(model: Llama) -> int:
    """Tokens whose activations fit in `ACTIVATIONS`: whoever asks for more gets smaller micro-batches."""
    return max(1, ACTIVATIONS // model.config.activation_bytes)


def backward(model: Llama, micro: MicroBatch, spec: LossSpec, totals: Totals) -> float:
    hidden = model.packed(micro.ids, micro.positions, micro.mix)[micro.before]
    logp, entropy = chosen_logprobs(hidden, model.embed_tokens.weight, micro.targets, spec.temperature)
    weight = correction(spec, logp, micro.behaviour, micro.row)
    loss = (token_losses(spec, logp, micro.behaviour, micro.advantages) * weight).sum()
    loss.backward()
    totals.add(spec, micro, logp, entropy, weight, loss)
    return float(loss.detach())
