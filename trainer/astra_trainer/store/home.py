"""The home folder: where everything lies, and which names lead to which checkpoint.

models/<name>/               base models
runs/<run>/step-<n>/         checkpoints of RL;  runs/<run>/published.json  which of them are served
jobs/<id>/                   SFT: job.json, events.jsonl, checkpoints/step-<n>/, result/
files/<id>/                  uploaded files
tinker/<model id>/weights/<name>/, sampler_weights/<name>/
"""

import fcntl
import re
import shutil
import uuid
from pathlib import Path
from threading import Lock

from astra_trainer.errors import ServiceError, not_found
from astra_trainer.store.checkpoint import MANIFEST, TEMPORARY, Checkpoint, read_checkpoint, remove_leftovers

BASE_REFERENCE = re.compile(r"base:([0-9a-f]{64})")
RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
POLICY_NAME = re.compile(r"(?P<run>.+)-v(?P<step>\d+)")
FINE_TUNED = re.compile(r"ft:(?P<base>[^:]+):(?P<job>ftjob-[0-9a-f]+)(?::step-(?P<step>\d+))?")
STEP_FOLDER = re.compile(r"step-(\d+)")


class Home:
    """Opens a home for this process alone; what a process before it was writing when it died is removed."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.models, self.runs = self.root / "models", self.root / "runs"
        self.jobs, self.files, self.tinker = self.root / "jobs", self.root / "files", self.root / "tinker"
        for folder in (self.models, self.runs, self.jobs, self.files, self.tinker):
            folder.mkdir(parents=True, exist_ok=True)
        self._hold()
        self.leftovers = remove_leftovers(self.root)
        self._lock = Lock()
        self._by_hash: dict[str, Path] = {}
        for manifest in self.root.rglob(MANIFEST):
            self.remember(read_checkpoint(manifest.parent))

    def _hold(self) -> None:
        # Kept open for the life of the process; the kernel lets go even after kill -9.
        self._handle = (self.root / "lock").open("w")
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SystemExit(
                f"trainer: {self.root} is in use by another trainer: stop it, or take another --home"
            ) from error

    def close(self) -> None:
        self._handle.close()

    def remember(self, checkpoint: Checkpoint) -> Checkpoint:
        with self._lock:
            self._by_hash[checkpoint.manifest_sha256] = checkpoint.path
        return checkpoint

    def remove(self, checkpoint: Checkpoint) -> None:
        """Removes a checkpoint for good: it stops being one at once, by losing its name."""
        with self._lock:
            self._by_hash.pop(checkpoint.manifest_sha256, None)
        doomed = checkpoint.path.with_name(f"{TEMPORARY}{checkpoint.path.name}-{uuid.uuid4().hex}")
        checkpoint.path.rename(doomed)
        shutil.rmtree(doomed)

    def by_hash(self, manifest_sha256: str) -> Checkpoint | None:
        with self._lock:
            path = self._by_hash.get(manifest_sha256)
        return read_checkpoint(path) if path is not None and (path / MANIFEST).is_file() else None

    def base_reference(self, reference: str) -> Checkpoint | None:
        """The checkpoint that `base:<manifest_sha256>` names."""
        match = BASE_REFERENCE.fullmatch(reference)
        return self.by_hash(match.group(1)) if match else None

    def step(self, run: str, number: int) -> Checkpoint | None:
        path = self.runs / run / f"step-{number}"
        return read_checkpoint(path) if (path / MANIFEST).is_file() else None

    def steps(self, run: str) -> list[int]:
        return numbered_folders(self.runs / run)

    def model(self, name: str) -> Checkpoint | None:
        path = self.models / name
        return read_checkpoint(path) if safe_name(name) and (path / MANIFEST).is_file() else None

    def fixed_model(self, name: str) -> Checkpoint | None:
        """A model name that always means the same: base model, SFT result or checkpoint, hash, saved weights."""
        if (reference := self.base_reference(name)) is not None:
            return reference
        if name.startswith("tinker://"):
            return self._tinker(name)
        if (match := FINE_TUNED.fullmatch(name)) is not None:
            job = self.jobs / match["job"]
            path = job / "result" if match["step"] is None else job / "checkpoints" / f"step-{match['step']}"
            return read_checkpoint(path) if (path / MANIFEST).is_file() else None
        return self.model(name)

    def _tinker(self, name: str) -> Checkpoint | None:
        parts = name.removeprefix("tinker://").split("/")
        if len(parts) != 3 or not all(safe_name(part) for part in parts):
            return None
        path = self.tinker.joinpath(*parts)
        return read_checkpoint(path) if (path / MANIFEST).is_file() else None

    def folder_of_run(self, run: str) -> Path:
        check_run(run)
        return self.runs / run

    def require_run(self, run: str) -> Path:
        folder = self.folder_of_run(run)
        if not folder.is_dir():
            raise not_found(f"run {run}: nothing is known of it here")
        return folder


def check_run(run: str) -> None:
    if RUN_NAME.fullmatch(run) is None or POLICY_NAME.fullmatch(run) is not None:
        raise ServiceError(
            400,
            "invalid_request",
            f"run: got {run[:80]!r}; expected letters, digits, '.', '_' and '-', without -v<n> at the end",
        )


def safe_name(name: str) -> bool:
    return RUN_NAME.fullmatch(name) is not None


def numbered_folders(folder: Path) -> list[int]:
    """Numbers of the complete `step-<n>` folders, rising."""
    matches = (STEP_FOLDER.fullmatch(path.name) for path in folder.glob("step-*") if (path / MANIFEST).is_file())
    return sorted(int(match.group(1)) for match in matches if match)
