"""AdamW and Muon as plain arithmetic on named tensors: their state is a dictionary that a checkpoint holds as it is.

Not torch's own: constructing one imports its compiler (1.7 s of a core), and its Muon works in bfloat16.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from astra_trainer.errors import gradient_not_finite

State = dict[str, Tensor]
Parameters = dict[str, nn.Parameter]


@dataclass(frozen=True)
class AdamValues:
    lr: float
    beta1: float = 0.9
    beta2: float = 0.95
    eps: float = 1e-8
    weight_decay: float = 0.0


def stored(state: State, name: str, shape: torch.Size) -> Tensor:
    """The named part of the state, zeros when it is new."""
    if name not in state:
        state[name] = torch.zeros(shape)
    return state[name]


@torch.no_grad()
def adamw_step(parameters: Parameters, state: State, values: AdamValues) -> None:
    """One AdamW step on every parameter with a gradient. State: `NAME|exp_avg`, `NAME|exp_avg_sq`, `NAME|step`."""
    for name, parameter in parameters.items():
        gradient = parameter.grad
        if gradient is None:
            continue
        mean = stored(state, f"{name}|exp_avg", parameter.shape)
        square = stored(state, f"{name}|exp_avg_sq", parameter.shape)
        count = stored(state, f"{name}|step", torch.Size([1]))
        count += 1
        mean.lerp_(gradient, 1 - values.beta1)
        square.mul_(values.beta2).addcmul_(gradient, gradient, value=1 - values.beta2)
        steps = int(count)
        scale = square.sqrt().div_(math.sqrt(1 - values.beta2**steps)).add_(values.eps)
        parameter.mul_(1 - values.lr * values.weight_decay)
        parameter.addcdiv_(mean, scale, value=-values.lr / (1 - values.beta1**steps))


MOMENTUM = 0.95
ITERATION = (3.4445, -4.7750, 2.0315)


@torch.no_grad()
def muon_step(parameters: Parameters, state: State, lr: float) -> None:
    """One Muon step on hidden matrices: the step is the momentum, brought near to an orthogonal matrix.

    Matrices of one shape are done together. State: `NAME|momentum`.
    """
    by_shape: dict[tuple[int, ...], list[tuple[nn.Parameter, Tensor]]] = {}
    for name, parameter in parameters.items():
        gradient = parameter.grad
        if gradient is None:
            continue
        momentum = stored(state, f"{name}|momentum", parameter.shape)
        momentum.lerp_(gradient, 1 - MOMENTUM)
        by_shape.setdefault(tuple(parameter.shape), []).append((parameter, gradient.lerp(momentum, MOMENTUM)))
    for shape, members in by_shape.items():
        updates = orthogonalised(torch.stack([update for _, update in members]))
        scale = lr * math.sqrt(max(1.0, shape[0] / shape[1]))
        for (parameter, _), update in zip(members, updates, strict=True):
            parameter.sub_(update, alpha=scale)


def orthogonalised(matrices: Tensor) -> Tensor:
    """Five Newton-Schulz steps towards the nearest orthogonal matrix, for a stack of matrices."""
    a, b, c = ITERATION
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.transpose(1, 2) if tall else matrices
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.transpose(1, 2) if tall else x


def is_hidden_matrix(name: str, parameter: nn.Parameter) -> bool:
    return parameter.ndim == 2 and "embed" not in name


def gradient_norm(parameters: Parameters) -> Tensor:
    norms = [parameter.grad.norm() for parameter in parameters.values() if parameter.grad is not None]
    return torch.stack(norms).norm()


def clip_gradients(parameters: Parameters, limit: float) -> float:
    """Scales all gradients so that their common norm is at most `limit` (0: no limit); → the norm before."""
    norm = gradient_norm(parameters)
    if limit > 0:
        factor = (limit / (norm + 1e-6)).clamp(max=1.0)
        for parameter in parameters.values():
            if parameter.grad is not None:
                parameter.grad.mul_(factor)
    return float(norm)


def refuse_broken_weights(parameters: Parameters) -> None:
    """Fails with `gradient_not_finite` when a step has left a weight that is no number: it must not be written."""
    for name, parameter in parameters.items():
        if not torch.isfinite(parameter).all():
            raise gradient_not_finite(
                f"{name} is not finite after the step: nothing is written; lower the learning rate"
            )
