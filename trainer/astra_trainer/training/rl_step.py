"""One step of a run: a function from (parent checkpoint, batch, values) to a child checkpoint.

It reads the parent from disk each time, even when it has just written it: a step that is made again after a crash must
go through exactly what the first try went through.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from astra_trainer.hashing import canonical_json, sha256_value
from astra_trainer.store.checkpoint import Checkpoint, commit
from astra_trainer.store.home import Home
from astra_trainer.store.policies import Policy, PolicyLoader
from astra_trainer.store.policy_files import read_optimizer, write_optimizer
from astra_trainer.training.batch import Batch
from astra_trainer.training.losses import read_loss
from astra_trainer.training.optimizers import AdamValues, State
from astra_trainer.training.update import Progress, UpdateSpec, rl_update
from astra_trainer.versions import versions


@dataclass(frozen=True)
class StepRequest:
    run: str
    step: int
    """As the client named it: `step-6` or `base:…`."""
    parent_name: str
    parent: Checkpoint
    batch_uri: Path
    batch_sha256: str
    loss: dict[str, Any]
    optim: dict[str, Any]
    seed: int
    micro_batch_tokens: int

    @property
    def body_sha256(self) -> str:
        """What makes two requests the same: everything but where the batch lies and how much memory is used."""
        return sha256_value(
            {
                "parent": self.parent.manifest_sha256,
                "batch": self.batch_sha256,
                "loss": self.loss,
                "optim": self.optim,
                "seed": self.seed,
            }
        )

    def update_spec(self) -> UpdateSpec:
        beta1, beta2 = self.optim["betas"]
        adam = AdamValues(self.optim["lr"], beta1, beta2, self.optim["eps"], self.optim["weight_decay"])
        return UpdateSpec(read_loss(self.loss), adam, self.optim["grad_clip"], self.micro_batch_tokens)


def make_step(home: Home, loader: PolicyLoader, request: StepRequest, batch: Batch, progress: Progress) -> Checkpoint:
    """Makes and commits the step. Raises before anything is written when the update is not finite."""
    clock = time.perf_counter
    begin = clock()
    progress("load", 0, 0)
    policy = loader.load(request.parent)
    # The optimizer goes on from step to step; a run starts with a fresh one, whatever made its first policy.
    state = read_optimizer(request.parent.path) if request.step > 1 else {}
    loaded = clock()
    metrics = rl_update(policy.model, state, batch, request.update_spec(), progress)
    updated = clock()
    progress("write", 0, 0)
    fields = step_fields(request, policy, metrics)
    timings = {"load": loaded - begin, "update": updated - loaded}

    def write(folder: Path) -> None:
        write_policy_and_state(folder, policy, state)
        (folder / "rng.json").write_text(canonical_json({"scheme": "derived", "seed": request.seed}), encoding="utf-8")

    checkpoint = commit(home.folder_of_run(request.run) / f"step-{request.step}", fields, write, timings)
    return home.remember(checkpoint)


def write_policy_and_state(folder: Path, policy: Policy, state: State) -> None:
    policy.write(folder)
    write_optimizer(folder, state)


def step_fields(request: StepRequest, policy: Policy, metrics: dict[str, Any]) -> dict[str, Any]:
    return policy.lineage() | {
        "made_by": "rl",
        "run": request.run,
        "step": request.step,
        "parent": request.parent_name,
        "parent_sha256": request.parent.manifest_sha256,
        "batch_sha256": request.batch_sha256,
        "body_sha256": request.body_sha256,
        "metrics": metrics,
        "versions": versions() | {"threads": torch.get_num_threads()},
    }
