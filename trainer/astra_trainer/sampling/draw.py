"""From logits to one token a row, with the row's own random numbers and nobody else's."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from astra_trainer.hashing import derive_seed


@dataclass(frozen=True)
class SamplingValues:
    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    stop: tuple[str, ...] = ()
    """Most likely tokens to report beside each sampled one."""
    alternatives: int = 0


def uniform_stream(seed: int, choice: int, count: int) -> np.ndarray:
    """The random numbers of one choice: position t of the answer uses number t."""
    return np.random.Generator(np.random.Philox(derive_seed("sample", seed, choice))).random(count)


@torch.inference_mode()
def draw(logits: Tensor, values: list[SamplingValues], uniforms: list[float]) -> tuple[list[int], list[float], Tensor]:
    """→ tokens, their logprobs, and those of the whole vocabulary: of the distribution before top-p and top-k."""
    temperatures = torch.tensor([value.temperature or 1.0 for value in values])[:, None]
    logprobs = torch.log_softmax(logits / temperatures, -1)
    steps = logprobs.double().exp_()
    for row, value in enumerate(values):
        if value.temperature > 0 and (value.top_p < 1 or value.top_k > 0):
            steps[row] = cut(steps[row], value)
    steps = steps.cumsum(-1)
    wanted = torch.tensor(uniforms, dtype=torch.double)[:, None] * steps[:, -1:]
    tokens = (steps <= wanted).sum(-1).clamp_(max=logits.shape[1] - 1)
    greedy = torch.tensor([value.temperature <= 0 for value in values])
    tokens = torch.where(greedy, logprobs.argmax(-1), tokens)
    return tokens.tolist(), logprobs.gather(-1, tokens[:, None])[:, 0].tolist(), logprobs


def cut(probabilities: Tensor, values: SamplingValues) -> Tensor:
    """Zero outside the `top_k` likeliest and outside the smallest set that holds `top_p`; never empty."""
    ordered, places = probabilities.sort(descending=True, stable=True)
    keep = torch.ones_like(ordered, dtype=torch.bool)
    if values.top_k > 0:
        keep[values.top_k :] = False
    if values.top_p < 1:
        keep &= (ordered.cumsum(-1) - ordered) < values.top_p
    keep[0] = True
    return torch.zeros_like(probabilities).scatter_(0, places, ordered * keep)
