"""One SFT step: cross-entropy over the trained tokens of a batch, then Muon and AdamW, or AdamW alone."""

import math

import torch
from torch import Tensor

from astra_trainer.errors import gradient_not_finite
from astra_trainer.model.llama import Llama
from astra_trainer.training.optimizers import (
    AdamValues,
    Parameters,
    State,
    adamw_step,
    clip_gradients,
    is_hidden_matrix,
    muon_step,
)
from astra_trainer.training.sft_plan import SftPlan
from astra_trainer.training.sft_rows import SftRow


def sft_step(model: Llama, state: State, rows: list[SftRow], plan: SftPlan, step: int) -> dict[str, float]:
    """Changes model and state in place; → loss (mean over trained tokens) and norm of the gradient.

    Raises `gradient_not_finite` when either is not a number; the model in memory is then worthless.
    """
    parameters = model.trainable()
    for parameter in parameters.values():
        parameter.grad = None
    trained = sum(row.trained for row in rows)
    total = 0.0
    for part in by_length(rows, plan.micro_batch_tokens):
        loss = negative_log_likelihood(model, *padded(part)) / trained
        loss.backward()
        total += float(loss.detach())
    norm = clip_gradients(parameters, plan.grad_clip)
    if not (math.isfinite(total) and math.isfinite(norm)):
        raise gradient_not_finite(f"SFT step {step + 1}: loss {total}, gradient {norm}: lower the learning rate")
    apply(parameters, state, plan, step)
    return {"train_loss": total, "grad_norm": norm, "learning_rate": plan.learning_rate * plan.rate(step)}


def apply(parameters: Parameters, state: State, plan: SftPlan, step: int) -> None:
    rate = plan.rate(step)
    adam = AdamValues(lr=plan.learning_rate * rate, weight_decay=plan.weight_decay)
    if plan.optimizer == "adamw":
        return adamw_step(parameters, state, adam)
    hidden = {name: p for name, p in parameters.items() if is_hidden_matrix(name, p)}
    muon_step(hidden, state, plan.muon_learning_rate * rate)
    return adamw_step({name: p for name, p in parameters.items() if name not in hidden}, state, adam)


def negative_log_likelihood(model: Llama, ids: Tensor, trained: Tensor) -> Tensor:
    hidden = model(ids)[:, :-1][trained[:, 1:]]
    return torch.nn.functional.cross_entropy(model.logits(hidden), ids[:, 1:][trained[:, 1:]], reduction="sum")


def by_length(rows: list[SftRow], token_limit: int) -> list[list[SftRow]]:
    """Rows of like length together, at most `token_limit` places each (one row at least)."""
    parts: list[list[SftRow]] = [[]]
    for row in sorted(rows, key=lambda row: len(row.ids)):
        if parts[-1] and (len(parts[-1]) + 1) * len(row.ids) > token_limit:
            parts.append([])
        parts[-1].append(row)
    return parts


def padded(rows: list[SftRow]) -> tuple[Tensor, Tensor]:
    length = max(len(row.ids) for row in rows)
    ids = torch.tensor([[*row.ids, *[0] * (length - len(row.ids))] for row in rows])
    trained = torch.tensor([[*row.mask, *[0] * (length - len(row.mask))] for row in rows], dtype=torch.bool)
    return ids, trained
