"""A fine-tuning job on disk: what it is, what happened, which checkpoints it has."""

import json
import time
from pathlib import Path
from threading import RLock
from typing import Any

from astra_trainer.hashing import canonical_json, sha256_text
from astra_trainer.store.checkpoint import MANIFEST, Checkpoint, read_checkpoint, replace_text, write_text
from astra_trainer.store.home import numbered_folders

ENDED = ("succeeded", "failed", "cancelled")
CHECKPOINTS_KEPT = 3

JobObject = dict[str, Any]
UPDATES = RLock()


class JobRecord:
    """One folder. `job.json` is replaced as a whole; `events.jsonl` grows, and is cut back when a job resumes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.checkpoints_folder = folder / "checkpoints"
        self.result_folder = folder / "result"
        self._events = folder / "events.jsonl"

    @staticmethod
    def create(folder: Path, job: JobObject) -> "JobRecord":
        """The job is there once job.json is: written last."""
        folder.mkdir(parents=True, exist_ok=True)
        record = JobRecord(folder)
        record._events.unlink(missing_ok=True)
        replace_text(folder / "job.json", canonical_json(job))
        return record

    @property
    def exists(self) -> bool:
        return (self.folder / "job.json").is_file()

    def read(self) -> JobObject:
        return json.loads((self.folder / "job.json").read_text(encoding="utf-8"))

    def update(self, **changes: Any) -> JobObject:
        """Changes the job in one step; a request and the training thread may both be at it."""
        with UPDATES:
            job = self.read() | changes
            replace_text(self.folder / "job.json", canonical_json(job))
            return job

    def change_status(self, status: str, only_from: tuple[str, ...], **changes: Any) -> JobObject | None:
        """The changed job, or None when its status is none of those from which it may change."""
        with UPDATES:
            return self.update(status=status, **changes) if self.read()["status"] in only_from else None

    def note(self, message: str, data: dict[str, Any] | None = None, level: str = "info") -> None:
        """Adds an event; with data it is one of metrics."""
        kind = "message" if data is None else "metrics"
        event = {"created_at": int(time.time()), "level": level, "message": message, "type": kind, "data": data}
        with self._events.open("a", encoding="utf-8") as file:
            file.write(canonical_json(event) + "\n")

    def events(self) -> list[dict[str, Any]]:
        """Newest first. A line that a crash cut short is left out."""
        if not self._events.is_file():
            return []
        found = []
        for place, line in enumerate(self._events.read_text(encoding="utf-8").splitlines()):
            event = parse_event(line)
            if event is not None:
                event_id = f"ftevent-{sha256_text(f'{self.id}/{place}')[:24]}"
                found.append({"id": event_id, "object": "fine_tuning.job.event", **event})
        return found[::-1]

    def forget_metrics_after(self, step: int) -> None:
        """A resumed job does its last steps again: their events must not be there twice."""
        kept = []
        for event in reversed(self.events()):
            data = event["data"]
            if data is None or data["step"] <= step:
                kept.append(canonical_json({k: v for k, v in event.items() if k not in ("id", "object")}))
        write_text(self._events, "".join(line + "\n" for line in kept))

    def checkpoints(self) -> list[Checkpoint]:
        """Complete ones, oldest first."""
        numbers = numbered_folders(self.checkpoints_folder)
        return [read_checkpoint(self.checkpoints_folder / f"step-{number}") for number in numbers]

    def result(self) -> Checkpoint | None:
        return read_checkpoint(self.result_folder) if (self.result_folder / MANIFEST).is_file() else None


def parse_event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
