"""What an SFT job will do, decided before its first step: steps, rows of each step, learning rates."""

import math
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from astra_trainer.errors import dataset_invalid, invalid_request
from astra_trainer.hashing import derive_seed
from astra_trainer.training.sft_rows import SftRow, SftRows


@dataclass(frozen=True)
class SftPlan:
    steps: int
    batch_size: int = 16
    learning_rate: float = 5e-3
    optimizer: str = "muon"
    muon_learning_rate: float = 0.03
    warmup_steps: int = 10
    schedule: str = "cosine"
    final_lr_fraction: float = 0.1
    weight_decay: float = 0.0
    grad_clip: float = 1.0
    checkpoint_every: int = 100
    max_row_tokens: int = 0
    overlong: str = "refuse"
    """Shares of the steps; in part k only rows of phase k are drawn."""
    phases: tuple[float, ...] = (1.0,)
    micro_batch_tokens: int = 8192

    def rate(self, step: int) -> float:
        """Factor on the learning rates of step 0 … steps-1."""
        warm = min(1.0, (step + 1) / max(1, self.warmup_steps))
        done, low = step / self.steps, self.final_lr_fraction
        if self.schedule == "cosine":
            return warm * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * done)))
        return warm * (1 - (1 - low) * done) if self.schedule == "linear" else warm

    def phase(self, step: int) -> tuple[int, int]:
        """The phase of a step and the step at which that phase began."""
        end, begin = 0.0, 0
        for phase, share in enumerate(self.phases):
            end += share
            last = self.steps if phase == len(self.phases) - 1 else round(end * self.steps)
            if step < last:
                return phase, begin
            begin = last
        raise ValueError(f"step {step} is beyond the plan of {self.steps}")

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"phases": list(self.phases)}


NANO = SftPlan(steps=900)
ADAPTER = SftPlan(
    steps=60, batch_size=4, learning_rate=1e-3, optimizer="adamw", warmup_steps=5, schedule="linear",
    final_lr_fraction=0.2, checkpoint_every=10, micro_batch_tokens=2048,
)  # fmt: skip
WHOLE = replace(ADAPTER, learning_rate=5e-5)

CHOICES = {
    "optimizer": ("muon", "adamw"),
    "schedule": ("cosine", "linear", "constant"),
    "overlong": ("refuse", "leave_out"),
}
POSITIVE = ("steps", "batch_size", "learning_rate", "muon_learning_rate", "checkpoint_every", "micro_batch_tokens")
AT_LEAST_ZERO = ("warmup_steps", "final_lr_fraction", "weight_decay", "grad_clip", "max_row_tokens")
OPENAI_NAMES = ("n_epochs", "learning_rate_multiplier")


def make_plan(defaults: SftPlan, wanted: dict[str, Any], row_count: int) -> SftPlan:
    """Defaults with what a job asked for; an unknown name or a value out of range is refused by name."""
    known = {field.name for field in fields(SftPlan)}
    given = {name: value for name, value in wanted.items() if value is not None and value != "auto"}
    if unknown := sorted(set(given) - known - set(OPENAI_NAMES)):
        raise invalid_request(f"hyperparameters: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    own = {name: value for name, value in given.items() if name in known}
    for name, value in own.items():
        check_value(name, value)
    plan = replace(defaults, **own | ({"phases": tuple(own["phases"])} if "phases" in own else {}))
    if "steps" not in given and "n_epochs" in given:
        check_number("n_epochs", given["n_epochs"], least=0, strict=True)
        plan = replace(plan, steps=max(1, math.ceil(given["n_epochs"] * row_count / plan.batch_size)))
    if "learning_rate_multiplier" in given:
        check_number("learning_rate_multiplier", given["learning_rate_multiplier"], least=0, strict=True)
        factor = given["learning_rate_multiplier"]
        plan = replace(
            plan, learning_rate=plan.learning_rate * factor, muon_learning_rate=plan.muon_learning_rate * factor
        )
    return plan


def check_value(name: str, value: Any) -> None:
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise invalid_request(f"hyperparameters.{name}: got {value!r}; expected {' or '.join(CHOICES[name])}")
    elif name == "phases":
        shares = value if isinstance(value, list | tuple) else []
        if (
            not shares
            or any(not is_number(s) or s <= 0 for s in shares)
            or not math.isclose(sum(shares), 1, abs_tol=1e-6)
        ):
            raise invalid_request(f"hyperparameters.phases: got {value!r}; expected shares above 0 with the sum 1")
    else:
        check_number(name, value, least=0, strict=name in POSITIVE)
        whole = isinstance(getattr(NANO, name), int)
        if whole and not isinstance(value, int):
            raise invalid_request(f"hyperparameters.{name}: got {value!r}; expected a whole number")


def check_number(name: str, value: Any, least: float, strict: bool) -> None:
    if not is_number(value) or value < least or (strict and value == least):
        raise invalid_request(
            f"hyperparameters.{name}: got {value!r}; expected a number {'above' if strict else 'from'} {least:g}"
        )


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class RowOrder:
    """Which rows a step trains on: within a phase all rows in a new order each time round, by the seed alone."""

    def __init__(self, rows: SftRows, plan: SftPlan, seed: int) -> None:
        self._plan, self._seed = plan, seed
        self._pools = [rows.of_phase(phase) for phase in range(len(plan.phases))]
        for phase, pool in enumerate(self._pools):
            if not pool:
                raise dataset_invalid(
                    f"hyperparameters.phases has {len(self._pools)} parts, but no row has phase {phase}"
                )
        if unused := sum(row.phase >= len(self._pools) for row in rows.rows):
            raise dataset_invalid(f"{unused} rows have a phase of {len(self._pools)} or more: name its share in phases")
        self._order = lru_cache(maxsize=4)(self._shuffled)

    def _shuffled(self, phase: int, time_round: int) -> list[int]:
        seed = derive_seed("sft-order", self._seed, phase, time_round)
        return np.random.Generator(np.random.Philox(seed)).permutation(len(self._pools[phase])).tolist()

    def rows(self, step: int) -> list[SftRow]:
        phase, begin = self._plan.phase(step)
        pool = self._pools[phase]
        first = (step - begin) * self._plan.batch_size
        places = range(first, first + self._plan.batch_size)
        return [pool[self._order(phase, place // len(pool))[place % len(pool)]] for place in places]
