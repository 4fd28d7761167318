"""What a job trains on, made of what was asked for; after a restart made again of what the job says."""

from dataclasses import dataclass
from typing import Any

from astra_trainer.errors import not_found
from astra_trainer.model.chat import ChatFormat
from astra_trainer.service.base_models import BaseModels
from astra_trainer.service.files import Files
from astra_trainer.service.job_record import JobObject
from astra_trainer.service.policies import Policies
from astra_trainer.service.wire import JobBody
from astra_trainer.store.checkpoint import Checkpoint
from astra_trainer.store.home import Home
from astra_trainer.store.policies import PolicyLoader
from astra_trainer.training.sft_plan import ADAPTER, NANO, WHOLE, RowOrder, SftPlan, make_plan
from astra_trainer.training.sft_rows import SftRows, count_rows, encode_rows, read_rows

NANO_HIDDEN_SIZE = 256


@dataclass(frozen=True)
class Prepared:
    base: Checkpoint
    plan: SftPlan
    rows: SftRows
    held_out: SftRows | None


@dataclass(frozen=True)
class Preparation:
    """What rows and base models are found by."""

    home: Home
    loader: PolicyLoader
    files: Files
    bases: BaseModels
    policies: Policies

    def first(self, body: JobBody, wanted: dict[str, Any], seed: int) -> Prepared:
        """Of a request. Every fault of its data is told here, before there is a job."""
        count = count_rows(self.files.content(body.training_file))
        base = self.bases.named(body.model, body.training_file, seed) or self.policies.resolve(body.model)
        plan = make_plan(self._defaults(base), wanted, count)
        rows = self._encode(base, plan, body.training_file)
        RowOrder(rows, plan, seed)  # refuses phases without rows
        return Prepared(base, plan, rows, self._held_out(base, plan, body.validation_file))

    def again(self, job: JobObject) -> Prepared:
        """Of a job that was made before."""
        base = self.home.by_hash(job["base_manifest_sha256"])
        if base is None:
            raise not_found(f"the base model {job['base_model']} of {job['id']} is gone from this home")
        plan = read_plan(job)
        rows = self._encode(base, plan, job["training_file"])
        return Prepared(base, plan, rows, self._held_out(base, plan, job["validation_file"]))

    def _held_out(self, base: Checkpoint, plan: SftPlan, file: str | None) -> SftRows | None:
        if file is None:
            return None
        count_rows(self.files.content(file))
        return self._encode(base, plan, file)

    def _encode(self, base: Checkpoint, plan: SftPlan, file: str) -> SftRows:
        limit = plan.max_row_tokens or self.loader.config(base).context
        chat = ChatFormat(self.loader.tokenizer(base))
        return encode_rows(read_rows(self.files.content(file)), chat, limit, plan.overlong == "leave_out")

    def _defaults(self, base: Checkpoint) -> SftPlan:
        if base.manifest["kind"] == "adapter":
            return ADAPTER
        return NANO if self.loader.config(base).hidden_size <= NANO_HIDDEN_SIZE else WHOLE


def read_plan(job: JobObject) -> SftPlan:
    plan = job["hyperparameters"]
    return SftPlan(**plan | {"phases": tuple(plan["phases"])})
