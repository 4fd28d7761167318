"""A checkpoint is a folder that is whole or absent, and never changes.

It is written under another name, with its MANIFEST last, and takes its own name by one rename. A process that dies at
any moment leaves the folder as it was before, or complete; leftovers start with `.tmp-` and go at the next start.
"""

import errno
import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astra_trainer.errors import ServiceError, checkpoint_corrupt
from astra_trainer.hashing import canonical_json, sha256_file, sha256_text

MANIFEST = "MANIFEST.json"
# Its times differ from run to run, so it is not part of what the checkpoint is.
METRICS = "metrics.json"
TEMPORARY = ".tmp-"
WEIGHTS = ("model.safetensors", "adapter_model.safetensors")


@dataclass(frozen=True)
class Checkpoint:
    path: Path
    manifest: dict[str, Any]
    manifest_sha256: str

    @property
    def weights_sha256(self) -> str:
        """Hash of the weights alone: two runs that came to the same policy have the same."""
        files = self.manifest["files"]
        name = next(name for name in WEIGHTS if name in files)
        return str(files[name]["sha256"])

    @property
    def timings(self) -> dict[str, float]:
        file = self.path / METRICS
        return json.loads(file.read_text())["timings"] if file.is_file() else {}


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint at a path, by its MANIFEST alone; its other files are not looked at."""
    text = (path / MANIFEST).read_text(encoding="utf-8")
    return Checkpoint(path, json.loads(text), sha256_text(text))


def verify_files(checkpoint: Checkpoint) -> None:
    """Fails with `checkpoint_corrupt` unless every file has the hash that the MANIFEST names."""
    for name, entry in checkpoint.manifest["files"].items():
        file = checkpoint.path / name
        found = sha256_file(file) if file.is_file() else "nothing"
        if found != entry["sha256"]:
            raise checkpoint_corrupt(
                f"{file} has {found[:12]}…, its MANIFEST says {entry['sha256'][:12]}…: restore the file, or remove the "
                f"whole folder and let the step be made again"
            )


def commit(
    target: Path, fields: dict[str, Any], write: Callable[[Path], None], timings: dict[str, float] | None = None
) -> Checkpoint:
    """Writes a checkpoint by `write(folder)` and gives it its name; → it, or the one that had the name first.

    `fields` go into the MANIFEST and must be the same whenever the same thing is made again: no time, no path.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{TEMPORARY}{target.name}-{uuid.uuid4().hex}"
    temporary.mkdir()
    try:
        write(temporary)
        files = {}
        for file in sorted(temporary.iterdir()):
            sync_file(file)
            files[file.name] = {"sha256": sha256_file(file), "bytes": file.stat().st_size}
        write_text(
            temporary / METRICS, canonical_json({"metrics": fields.get("metrics", {}), "timings": timings or {}})
        )
        write_text(temporary / MANIFEST, canonical_json({"schema": 1, **fields, "files": files}))
        sync_folder(temporary)
        take_name(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ServiceError(507, "disk_full", f"no space left for {target}: nothing was written") from error
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return read_checkpoint(target)


def take_name(temporary: Path, target: Path) -> None:
    try:
        temporary.rename(target)
    except OSError as error:
        # Someone committed first; a checkpoint is a function of its inputs, so theirs is as good as ours.
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not (target / MANIFEST).is_file():
            raise


def write_text(file: Path, text: str) -> None:
    """Writes a file and waits until it is on disk."""
    file.write_text(text, encoding="utf-8")
    sync_file(file)


def replace_text(file: Path, text: str) -> None:
    """Replaces a small file in one step: a reader sees the old one or the new one."""
    temporary = file.with_name(f"{TEMPORARY}{file.name}-{uuid.uuid4().hex}")
    write_text(temporary, text)
    temporary.replace(file)
    sync_folder(file.parent)


def sync_file(file: Path) -> None:
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_leftovers(folder: Path) -> int:
    """Removes what a process that died was writing, anywhere below a folder; → how many."""
    leftovers = list(folder.rglob(f"{TEMPORARY}*"))
    for leftover in leftovers:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink(missing_ok=True)
    return len(leftovers)
