"""Jobs on the wire, in OpenAI's shape: what is asked for, what is told, and how lists are cut."""

import json
import time
from typing import Any

from astra_trainer.errors import invalid_request
from astra_trainer.service.job_preparation import Prepared
from astra_trainer.service.job_record import JobObject
from astra_trainer.service.wire import JobBody
from astra_trainer.store.checkpoint import Checkpoint

PRIVATE = ("asked_sha256", "base_manifest_sha256")


def public(job: JobObject) -> JobObject:
    return {name: value for name, value in job.items() if name not in PRIVATE}


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


def page(entries: list[dict[str, Any]], after: str | None, limit: int) -> dict[str, Any]:
    """A part of a list, from behind the entry `after` on."""
    start = 0
    if after is not None:
        start = next((place + 1 for place, entry in enumerate(entries) if entry["id"] == after), len(entries))
    chosen = entries[start : start + limit]
    return {"object": "list", "data": chosen, "has_more": start + limit < len(entries)}
