"""The work of one SFT job, in slices: whatever else must train gets its turn between two of them."""

import time
from pathlib import Path
from typing import Any

import torch

from astra_trainer.service.job_record import CHECKPOINTS_KEPT, JobRecord
from astra_trainer.store.checkpoint import Checkpoint, commit
from astra_trainer.store.home import Home
from astra_trainer.store.policies import PolicyLoader
from astra_trainer.store.policy_files import read_optimizer, write_optimizer
from astra_trainer.training.optimizers import State, refuse_broken_weights
from astra_trainer.training.sft import by_length, negative_log_likelihood, padded, sft_step
from astra_trainer.training.sft_plan import RowOrder, SftPlan
from astra_trainer.training.sft_rows import SftRows
from astra_trainer.versions import versions

SLICE_SECONDS = 2.0
NOTE_EVERY = 10


class JobRun:
    """Starts from the last complete checkpoint, or from the base: both lead to the same weights."""

    def __init__(
        self,
        home: Home,
        loader: PolicyLoader,
        record: JobRecord,
        base: Checkpoint,
        rows: SftRows,
        held_out: SftRows | None,
    ) -> None:
        job = record.read()
        self._home, self._record, self._base, self._held_out = home, record, base, held_out
        plan = job["hyperparameters"]
        self._plan = SftPlan(**plan | {"phases": tuple(plan["phases"])})
        self._seed: int = job["seed"]
        self._identity: dict[str, Any] = {"body_sha256": job["body_sha256"], "data_sha256": job["data_sha256"]}
        self._order = RowOrder(rows, self._plan, self._seed)
        done = record.checkpoints()
        start = done[-1] if done else base
        self._policy = loader.load(start)
        if self._policy.kind == "full":
            # What a checkpoint shares with its base comes from there: the one this goes on from will be dropped.
            self._policy.folder = base.path
        self._state: State = read_optimizer(start.path) if done else {}
        sft = start.manifest["sft"] if done else {"step": 0, "tokens": 0, "trained_tokens": 0}
        self.step: int = sft["step"]
        self._tokens: int = sft["tokens"]
        self._trained: int = sft["trained_tokens"]
        record.forget_metrics_after(self.step)
        self._drop_old_checkpoints()  # a kill may have fallen between a checkpoint and this
        if done:
            record.note(f"goes on after step {self.step} of {self._plan.steps}")

    def advance(self) -> bool:
        """Trains for a moment; → whether the job is complete, with its result committed."""
        until = time.monotonic() + SLICE_SECONDS
        while self.step < self._plan.steps:
            self._one_step()
            if time.monotonic() > until:
                break
        self._record.update(steps_done=self.step, trained_tokens=self._trained)
        return self.step == self._plan.steps

    def _one_step(self) -> None:
        began = time.perf_counter()
        rows = self._order.rows(self.step)
        metrics = sft_step(self._policy.model, self._state, rows, self._plan, self.step)
        tokens = sum(len(row.ids) for row in rows)
        self._tokens += tokens
        self._trained += sum(row.trained for row in rows)
        self.step += 1
        last = self.step == self._plan.steps
        if self.step % NOTE_EVERY == 0 or last or self.step == 1:
            speed = tokens / (time.perf_counter() - began)
            self._note(metrics | {"tokens": self._tokens, "tokens_per_second": round(speed)})
        if last:
            self._commit(self._record.result_folder, metrics, with_state=False)
        elif self.step % self._plan.checkpoint_every == 0:
            self._commit(self._record.checkpoints_folder / f"step-{self.step}", metrics, with_state=True)
            self._drop_old_checkpoints()

    def _note(self, metrics: dict[str, float]) -> None:
        message = f"step {self.step}/{self._plan.steps}: training loss {metrics['train_loss']:.4f}"
        self._record.note(message, {"step": self.step, "total_steps": self._plan.steps, **metrics})

    def _commit(self, target: Path, metrics: dict[str, float], with_state: bool) -> None:
        refuse_broken_weights(self._policy.model.trainable())
        measured = dict(metrics)
        if self._held_out is not None:
            measured["valid_loss"] = self._held_out_loss(self._held_out)
            message = f"step {self.step}/{self._plan.steps}: validation loss {measured['valid_loss']:.4f}"
            data = {"step": self.step, "total_steps": self._plan.steps, "valid_loss": measured["valid_loss"]}
            self._record.note(message, data)
        fields = self._policy.lineage() | self._identity
        fields |= {
            "made_by": "sft",
            "parent": f"base:{self._base.manifest_sha256}",
            "parent_sha256": self._base.manifest_sha256,
            "sft": {"step": self.step, "tokens": self._tokens, "trained_tokens": self._trained},
            "metrics": measured,
            "versions": versions() | {"threads": torch.get_num_threads()},
        }

        def write(folder: Path) -> None:
            self._policy.write(folder)
            if with_state:
                write_optimizer(folder, self._state)

        self._home.remember(commit(target, fields, write))

    @torch.no_grad()
    def _held_out_loss(self, rows: SftRows) -> float:
        """Mean over the trained tokens."""
        total = 0.0
        for part in by_length(rows.rows, self._plan.micro_batch_tokens):
            total += float(negative_log_likelihood(self._policy.model, *padded(part)))
        return total / rows.trained_tokens

    def _drop_old_checkpoints(self) -> None:
        for old in self._record.checkpoints()[:-CHECKPOINTS_KEPT]:
            self._home.remove(old)
