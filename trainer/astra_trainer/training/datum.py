"""Gradients for a client that computes its loss elsewhere: rows already shifted, one named loss, summed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from astra_trainer.errors import invalid_request
from astra_trainer.model.llama import Llama
from astra_trainer.training.losses import LOSSES, LossSpec, token_losses

TOKENS_AT_ONCE = 16384


@dataclass(frozen=True)
class Datum:
    """Input tokens and, for each of them, the token that should follow and what the loss needs about it."""

    tokens: list[int]
    targets: list[int]
    values: dict[str, list[float]]


def read_datum(tokens: list[int], inputs: dict[str, list[float]], loss_fn: str, vocab_size: int, context: int) -> Datum:
    """Checks what came over the wire; a length that does not fit, or a value that is missing, is refused by name."""
    targets = [int(token) for token in inputs.get("target_tokens", [])]
    needed = ["weights"] if loss_fn == "cross_entropy" else ["logprobs", "advantages"]
    for name in ("target_tokens", *needed, *(["mask"] if "mask" in inputs else [])):
        if len(inputs.get(name, [])) != len(tokens):
            raise invalid_request(
                f"loss_fn_inputs.{name}: got {len(inputs.get(name, []))} values for {len(tokens)} tokens"
            )
    if not 0 < len(tokens) <= context:
        raise invalid_request(f"model_input: got {len(tokens)} tokens; expected 1 … {context}")
    if min(tokens + targets) < 0 or max(tokens + targets) >= vocab_size:
        raise invalid_request(f"model_input: token ids must lie in 0 … {vocab_size - 1}")
    values = {name: inputs[name] for name in needed}
    return Datum(tokens, targets, values | {"mask": inputs.get("mask", [1.0] * len(tokens))})


def loss_spec(loss_fn: str, config: dict[str, float]) -> LossSpec:
    """The loss with the thresholds of its configuration, which are bounds of the ratio itself."""
    if loss_fn not in ("cross_entropy", *LOSSES):
        raise invalid_request(f"loss_fn: got {loss_fn!r}; expected cross_entropy, {', '.join(LOSSES)}")
    low, high = (0.0, 4.0) if loss_fn == "cispo" else (0.8, 1.2)
    return LossSpec(
        fn=loss_fn,
        low=config.get("clip_low_threshold", low),
        high=config.get("clip_high_threshold", high),
        tv_threshold=config.get("tv_threshold", 0.2),
    )


def datum_pass(model: Llama, data: list[Datum], spec: LossSpec, backward: bool) -> tuple[float, list[list[float]]]:
    """→ the summed loss and each datum's log-probabilities of its targets; with `backward` gradients are added up."""
    total = 0.0
    logprobs: list[list[float]] = [[] for _ in data]
    for places in parts(data):
        with torch.set_grad_enabled(backward):
            rows = [data[place] for place in places]
            logp = target_logprobs(model, rows)
            loss = summed_loss(spec, logp, rows)
        if backward:
            loss.backward()
        total += float(loss.detach())
        for place, own in zip(places, logp.detach().split([len(row.tokens) for row in rows]), strict=True):
            logprobs[place] = own.tolist()
    return total, logprobs


def parts(data: list[Datum]) -> list[list[int]]:
    """Places of data of like length together, at most `TOKENS_AT_ONCE` places of a padded batch (one row at least)."""
    result: list[list[int]] = [[]]
    for place in sorted(range(len(data)), key=lambda place: len(data[place].tokens)):
        if result[-1] and (len(result[-1]) + 1) * len(data[place].tokens) > TOKENS_AT_ONCE:
            result.append([])
        result[-1].append(place)
    return result


def target_logprobs(model: Llama, rows: list[Datum]) -> Tensor:
    """Of all rows, one after the other."""
    length = max(len(row.tokens) for row in rows)
    ids = torch.tensor([row.tokens + [0] * (length - len(row.tokens)) for row in rows])
    real = torch.arange(length)[None] < torch.tensor([len(row.tokens) for row in rows])[:, None]
    logprobs = torch.log_softmax(model.logits(model(ids)[real]), -1)
    targets = torch.tensor([target for row in rows for target in row.targets])
    return logprobs.gather(-1, targets[:, None])[:, 0]


def summed_loss(spec: LossSpec, logp: Tensor, rows: list[Datum]) -> Tensor:
    def flat(name: str) -> Tensor:
        return torch.tensor([value for row in rows for value in row.values[name]])

    if spec.fn == "cross_entropy":
        return -(flat("weights") * logp).sum()
    return (token_losses(spec, logp, flat("logprobs"), flat("advantages")) * flat("mask")).sum()
