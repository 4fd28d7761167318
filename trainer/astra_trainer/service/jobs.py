"""Fine-tuning jobs in OpenAI's shape: made once per key, worked on in turn, gone on with after a restart."""

import logging
import secrets
import time
from threading import Lock
from typing import Any

from astra_trainer.errors import ServiceError, conflict, not_found
from astra_trainer.hashing import derive_seed, sha256_text, sha256_value
from astra_trainer.service.failures import as_service_error
from astra_trainer.service.job_preparation import Preparation, Prepared
from astra_trainer.service.job_record import ENDED, JobObject, JobRecord
from astra_trainer.service.job_run import JobRun
from astra_trainer.service.job_shapes import (
    checkpoint_object,
    fine_tuned_name,
    job_object,
    page,
    public,
    wanted_hyperparameters,
)
from astra_trainer.service.wire import JobBody
from astra_trainer.training.sft_rows import SftRows
from astra_trainer.training.thread import LONG, TrainingThread

log = logging.getLogger(__name__)
ACTIVE = ("queued", "running")


class Jobs:
    def __init__(self, preparation: Preparation, thread: TrainingThread) -> None:
        self._preparation, self._thread, self._home = preparation, thread, preparation.home
        self._lock = Lock()
        self._works: dict[str, object] = {}
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
            record = JobRecord(self._home.jobs / job_id)
            if record.exists:
                return same_or_conflict(record.read(), asked, key)
            # Without a seed a key decides: the same job made in another home draws the same numbers.
            seed = body.seed if body.seed is not None else derive_seed("job", key or job_id)
            prepared = self._preparation.first(body, wanted, seed)
            job = job_object(job_id, body, prepared, seed)
            about = self._preparation.files.about(body.training_file)
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

    def _enqueue(self, record: JobRecord, prepared: Prepared | None) -> None:
        run: JobRun | None = None
        job_id = record.id
        # A job that was paused and resumed before its last turn came has two of these: only the newest goes on.
        ticket = self._works[job_id] = object()

        def work() -> None:
            nonlocal run
            if self._works.get(job_id) is not ticket or record.read()["status"] not in ACTIVE:
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
            self._thread.submit(work, LONG)

        self._thread.submit(work, LONG)

    def _open(self, record: JobRecord, prepared: Prepared | None) -> JobRun:
        """Ready to train; after a restart what was prepared is prepared again from what the job says."""
        job = record.change_status("running", ACTIVE) or record.read()
        if prepared is None:
            prepared = self._preparation.again(job)
        loader = self._preparation.loader
        return JobRun(self._home, loader, record, prepared.base, prepared.rows, prepared.held_out)

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
        found = (JobRecord(folder) for folder in sorted(self._home.jobs.glob("ftjob-*")))
        return [record for record in found if record.exists]

    def _require(self, job_id: str) -> JobRecord:
        record = JobRecord(self._home.jobs / job_id)
        if "/" in job_id or not job_id.startswith("ftjob-") or not record.exists:
            raise not_found(f"job {job_id[:80]!r} is not known here")
        return record


def note_rows(record: JobRecord, rows: SftRows) -> None:
    if rows.left_out:
        record.note(f"{len(rows.left_out)} rows were too long and are left out", level="warn")
    record.note(
        f"{len(rows.rows)} rows, {rows.tokens} tokens, {rows.trained_tokens} of them trained "
        f"({rows.trained_tokens / rows.tokens:.0%}), the longest row has {rows.longest}"
    )


def same_or_conflict(job: JobObject, asked: str, key: str | None) -> JobObject:
    if job["asked_sha256"] != asked:
        raise conflict(f"metadata.idempotency_key {key!r} belongs to {job['id']}, which was asked for differently")
    return public(job)
