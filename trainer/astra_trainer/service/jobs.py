"""Fine-tuning jobs in OpenAI's shape: made once per key, worked on in turn, gone on with after a restart."""

import json
import logging
import secrets
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

from astra_trainer.errors import ServiceError, conflict, invalid_request, not_found
from astra_trainer.hashing import derive_seed, sha256_text, sha256_value
from astra_trainer.model.chat import ChatFormat
from astra_trainer.service.base_models import BaseModels
from astra_trainer.service.failures import as_service_error
from astra_trainer.service.files import Files
from astra_trainer.service.job_record import ENDED, JobObject, JobRecord
from astra_trainer.service.job_run import JobRun
from astra_trainer.service.policies import Policies
from astra_trainer.service.wire import JobBody
from astra_trainer.store.checkpoint import Checkpoint
from astra_trainer.store.home import Home
from astra_trainer.store.policies import PolicyLoader
from astra_trainer.training.sft_plan import ADAPTER, NANO, WHOLE, RowOrder, SftPlan, make_plan
from astra_trainer.training.sft_rows import SftRows, encode_rows, parse_rows
from astra_trainer.training.thread import LONG, TrainingThread

log = logging.getLogger(__name__)
NANO_HIDDEN_SIZE = 256
ACTIVE = ("queued", "running")


@dataclass(frozen=True)
class Parts:
    """What the jobs stand on."""

    home: Home
    loader: PolicyLoader
    thread: TrainingThread
    files: Files
    bases: BaseModels
    policies: Policies


@dataclass(frozen=True)
class Prepared:
    base: Checkpoint
    plan: SftPlan
    rows: SftRows
    held_out: SftRows | None


class Jobs:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = Lock()
        for record in self._records():
            if record.read()["status"] in ACTIVE:
                self._enqueue(record, None)

    def create(self, body: JobBody) -> JobObject:
        """Makes a job, or finds the one of the same key. Every fault of its data is told here, and no job made."""
        key = body.metadata.get("idempotency_key")
        job_id = f"ftjob-{sha256_text(key)[:20] if key else secrets.token_hex(10)}"
        wanted = wanted_hyperparameters(body)
        asked = sha256_value(body.model_dump(exclude={"hyperparameters"}) | {"wanted": wanted})
        with self._lock:
            record = JobRecord(self._parts.home.jobs / job_id)
            if record.exists:
                return same_or_conflict(record.read(), asked, key)
            # Without a seed a key decides: the same job made in another home draws the same numbers.
            seed = body.seed if body.seed is not None else derive_seed("job", key or job_id)
            prepared = self._prepare(body, wanted, seed)
            job = job_object(job_id, body, prepared, seed)
            about = self._parts.files.about(body.training_file)
            job |= {"asked_sha256": asked, "data_sha256": about["sha256"]}
            job["body_sha256"] = sha256_value(
                {
                    "base": prepared.base.manifest_sha256,
                    "data": about["sha256"],
                    "plan": prepared.plan.to_json(),
                    "seed": seed,
                }
            )
            record = JobRecord.create(record.folder, job)
            note_rows(record, prepared.rows)
            self._enqueue(record, prepared)
            return public(record.read())

    def get(self, job_id: str) -> JobObject:
        return public(self._require(job_id).read())

    def listing(self, after: str | None, limit: int, metadata: dict[str, str]) -> dict[str, Any]:
        jobs = [public(record.read()) for record in self._records()]
        jobs.sort(key=lambda job: (-job["created_at"], job["id"]))
        fitting = [job for job in jobs if all(job["metadata"].get(k) == v for k, v in metadata.items())]
        return page(fitting, after, limit)

    def events(self, job_id: str, after: str | None, limit: int) -> dict[str, Any]:
        return page(self._require(job_id).events(), after, limit)

    def checkpoints(self, job_id: str, after: str | None, limit: int) -> dict[str, Any]:
        record = self._require(job_id)
        job = record.read()
        entries = [checkpoint_object(job, checkpoint) for checkpoint in reversed(record.checkpoints())]
        return page(entries, after, limit)

    def cancel(self, job_id: str) -> JobObject:
        return self._change(job_id, "cancelled", ("queued", "running", "paused"))

    def pause(self, job_id: str) -> JobObject:
        return self._change(job_id, "paused", ("queued", "running"))

    def resume(self, job_id: str) -> JobObject:
        """Goes on with a paused job, or with a failed one after what failed was repaired."""
        job = self._change(job_id, "queued", ("paused", "failed"))
        self._enqueue(self._require(job_id), None)
        return job

    def files_in_use(self) -> set[str]:
        jobs = [record.read() for record in self._records()]
        return {job["training_file"] for job in jobs if job["status"] not in ENDED}

    def _change(self, job_id: str, status: str, allowed: tuple[str, ...]) -> JobObject:
        record = self._require(job_id)
        ended = {"finished_at": int(time.time())} if status in ENDED else {"finished_at": None, "error": None}
        job = record.change_status(status, allowed, **ended)
        if job is None:
            raise conflict(f"job {job_id} is {record.read()['status']}; expected {' or '.join(allowed)}")
        record.note(f"{status} on request")
        return public(job)

    def _prepare(self, body: JobBody, wanted: dict[str, Any], seed: int) -> Prepared:
        parts = self._parts
        raw = parse_rows(parts.files.content(body.training_file))
        base = parts.bases.named(body.model, body.training_file, seed) or parts.policies.resolve(body.model)
        plan = make_plan(self._defaults(base), wanted, len(raw))
        rows = self._encode(base, raw, plan)
        RowOrder(rows, plan, seed)  # refuses phases without rows before there is a job
        held_out = None
        if body.validation_file is not None:
            held_out = self._encode(base, parse_rows(parts.files.content(body.validation_file)), plan)
        return Prepared(base, plan, rows, held_out)

    def _encode(self, base: Checkpoint, raw: list[dict[str, Any]], plan: SftPlan) -> SftRows:
        limit = plan.max_row_tokens or self._parts.loader.config(base).context
        return encode_rows(raw, ChatFormat(self._parts.loader.tokenizer(base)), limit, plan.overlong == "leave_out")

    def _defaults(self, base: Checkpoint) -> SftPlan:
        if base.manifest["kind"] == "adapter":
            return ADAPTER
        return NANO if self._parts.loader.config(base).hidden_size <= NANO_HIDDEN_SIZE else WHOLE

    def _enqueue(self, record: JobRecord, prepared: Prepared | None) -> None:
        run: JobRun | None = None

        def work() -> None:
            nonlocal run
            if record.read()["status"] not in ACTIVE:
                return
            try:
                if run is None:
                    run = self._open(record, prepared)
                if run.advance():
                    self._succeed(record)
                    return
            except BaseException as error:
                self._fail(record, as_service_error(error))
                return
            self._parts.thread.submit(work, LONG)

        self._parts.thread.submit(work, LONG)

    def _open(self, record: JobRecord, prepared: Prepared | None) -> JobRun:
        """Ready to train; after a restart what was prepared is prepared again from what the job says."""
        job = record.change_status("running", ACTIVE) or record.read()
        parts = self._parts
        if prepared is None:
            base = parts.home.by_hash(job["base_manifest_sha256"])
            if base is None:
                raise not_found(f"the base model {job['base_model']} of {record.id} is gone from this home")
            plan = read_plan(job)
            rows = self._encode(base, parse_rows(parts.files.content(job["training_file"])), plan)
            held_out = None
            if job["validation_file"] is not None:
                held_out = self._encode(base, parse_rows(parts.files.content(job["validation_file"])), plan)
            prepared = Prepared(base, plan, rows, held_out)
        return JobRun(parts.home, parts.loader, record, prepared.base, prepared.rows, prepared.held_out)

    def _succeed(self, record: JobRecord) -> None:
        result = record.result()
        job = record.read()
        if result is None:
            raise ServiceError(500, "internal", f"{record.id} came to its end without a result")
        hashes = {"manifest_sha256": result.manifest_sha256, "weights_sha256": result.weights_sha256}
        done = record.change_status(
            "succeeded", ACTIVE, finished_at=int(time.time()), fine_tuned_model=fine_tuned_name(job), **hashes
        )
        if done is not None:
            record.note(f"done: {job['trained_tokens']} trained tokens, weights {result.weights_sha256[:12]}")

    def _fail(self, record: JobRecord, error: ServiceError) -> None:
        log.warning("job %s failed: %s", record.id, error.message)
        failure = {"code": error.kind, "message": error.message, "param": None}
        if record.change_status("failed", ACTIVE, finished_at=int(time.time()), error=failure) is not None:
            record.note(error.message, level="error")

    def _records(self) -> list[JobRecord]:
        found = (JobRecord(folder) for folder in sorted(self._parts.home.jobs.glob("ftjob-*")))
        return [record for record in found if record.exists]

    def _require(self, job_id: str) -> JobRecord:
        record = JobRecord(self._parts.home.jobs / job_id)
        if "/" in job_id or not job_id.startswith("ftjob-") or not record.exists:
            raise not_found(f"job {job_id[:80]!r} is not known here")
        return record


PRIVATE = ("asked_sha256", "base_manifest_sha256")


def public(job: JobObject) -> JobObject:
    return {name: value for name, value in job.items() if name not in PRIVATE}


def read_plan(job: JobObject) -> SftPlan:
    plan = job["hyperparameters"]
    return SftPlan(**plan | {"phases": tuple(plan["phases"])})


def job_object(job_id: str, body: JobBody, prepared: Prepared, seed: int) -> JobObject:
    plan = prepared.plan.to_json()
    return {
        "id": job_id,
        "object": "fine_tuning.job",
        "model": body.model,
        "base_model": prepared.base.manifest["base"],
        "base_manifest_sha256": prepared.base.manifest_sha256,
        "created_at": int(time.time()),
        "finished_at": None,
        "status": "queued",
        "fine_tuned_model": None,
        "organization_id": "local",
        "training_file": body.training_file,
        "validation_file": body.validation_file,
        "hyperparameters": plan,
        "method": {"type": "supervised", "supervised": {"hyperparameters": plan}},
        "suffix": body.suffix,
        "seed": seed,
        "metadata": body.metadata,
        "trained_tokens": None,
        "steps_done": 0,
        "steps_total": prepared.plan.steps,
        "error": None,
        "result_files": [],
        "estimated_finish": None,
        "integrations": [],
    }


def note_rows(record: JobRecord, rows: SftRows) -> None:
    if rows.left_out:
        record.note(f"{len(rows.left_out)} rows were too long and are left out", level="warn")
    record.note(
        f"{len(rows.rows)} rows, {rows.tokens} tokens, {rows.trained_tokens} of them trained "
        f"({rows.trained_tokens / rows.tokens:.0%}), the longest row has {rows.longest}"
    )


def fine_tuned_name(job: JobObject) -> str:
    return f"ft:{job['base_model']}:{job['id']}"


def checkpoint_object(job: JobObject, checkpoint: Checkpoint) -> dict[str, Any]:
    step = checkpoint.manifest["sft"]["step"]
    return {
        "id": f"ftckpt-{checkpoint.manifest_sha256[:24]}",
        "object": "fine_tuning.job.checkpoint",
        "created_at": int(checkpoint.path.stat().st_mtime),
        "fine_tuned_model_checkpoint": f"{fine_tuned_name(job)}:step-{step}",
        "step_number": step,
        "metrics": {"step": step, **checkpoint.manifest["metrics"]},
        "fine_tuning_job_id": job["id"],
    }


def wanted_hyperparameters(body: JobBody) -> dict[str, Any]:
    """From the three places where a client can put them; the later one wins."""
    try:
        in_metadata = json.loads(body.metadata.get("hyperparameters", "{}"))
    except ValueError as error:
        raise invalid_request(f"metadata.hyperparameters: not JSON: {error}") from error
    wanted: dict[str, Any] = {}
    for source in (body.hyperparameters, body.method.supervised.hyperparameters, in_metadata):
        extra = source.get("extra", {}) if isinstance(source, dict) else None
        if not isinstance(source, dict) or not isinstance(extra, dict):
            raise invalid_request("hyperparameters: expected an object, with an object under extra")
        wanted |= {name: value for name, value in source.items() if name != "extra"} | extra
    return wanted


def same_or_conflict(job: JobObject, asked: str, key: str | None) -> JobObject:
    if job["asked_sha256"] != asked:
        raise conflict(f"metadata.idempotency_key {key!r} belongs to {job['id']}, which was asked for differently")
    return public(job)


def page(entries: list[dict[str, Any]], after: str | None, limit: int) -> dict[str, Any]:
    """A part of a list, from behind the entry `after` on."""
    start = 0
    if after is not None:
        start = next((place + 1 for place, entry in enumerate(entries) if entry["id"] == after), len(entries))
    chosen = entries[start : start + limit]
    return {"object": "list", "data": chosen, "has_more": start + limit < len(entries)}
