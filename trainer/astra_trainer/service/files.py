"""Uploaded files, kept by what is in them."""

import hashlib
import json
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import Any, BinaryIO

from astra_trainer.errors import conflict, invalid_request, not_found
from astra_trainer.hashing import canonical_json
from astra_trainer.store.checkpoint import TEMPORARY, sync_folder, write_text
from astra_trainer.store.home import Home

CONTENT, ABOUT = "content.jsonl", "file.json"
ID_LENGTH = 24
# Bytes that are copied at once: a file may be larger than the memory.
PIECE = 1 << 20


class Files:
    def __init__(self, home: Home) -> None:
        self._folder = home.files

    def add(self, content: BinaryIO, filename: str, purpose: str) -> dict[str, Any]:
        """Keeps a file; the same bytes again are the same file."""
        if purpose != "fine-tune":
            raise invalid_request(f"purpose: got {purpose!r}; expected fine-tune")
        # Of its own: the same bytes may be on their way twice.
        temporary = self._folder / f"{TEMPORARY}{uuid.uuid4()}"
        temporary.mkdir()
        try:
            size, sha256 = copy_hashed(content, temporary / CONTENT)
            file_id = f"file-{sha256[:ID_LENGTH]}"
            about = {
                "id": file_id,
                "object": "file",
                "bytes": size,
                "created_at": int(time.time()),
                "filename": filename,
                "purpose": purpose,
                "status": "processed",
                "sha256": sha256,
            }
            write_text(temporary / ABOUT, canonical_json(about))
            self._take_name(temporary, self._folder / file_id)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return self.about(file_id)

    def _take_name(self, temporary: Path, target: Path) -> None:
        try:
            temporary.rename(target)
        except OSError:
            if not target.is_dir():  # else somebody has brought it before
                raise
        else:
            sync_folder(self._folder)

    def about(self, file_id: str) -> dict[str, Any]:
        return json.loads(self._require(file_id).joinpath(ABOUT).read_text(encoding="utf-8"))

    def content(self, file_id: str) -> Path:
        return self._require(file_id) / CONTENT

    def listing(self) -> dict[str, Any]:
        found = [self.about(path.name) for path in sorted(self._folder.glob("file-*"))]
        return {"object": "list", "data": sorted(found, key=lambda f: -f["created_at"]), "has_more": False}

    def remove(self, file_id: str, in_use: set[str]) -> dict[str, Any]:
        folder = self._require(file_id)
        if file_id in in_use:
            raise conflict(f"{file_id} is needed by a job that has not ended")
        shutil.rmtree(folder)
        return {"id": file_id, "object": "file", "deleted": True}

    def _require(self, file_id: str) -> Path:
        folder = self._folder / file_id
        if not file_id.startswith("file-") or "/" in file_id or not folder.is_dir():
            raise not_found(f"file {file_id[:80]!r} is not known here: upload it again")
        return folder


def copy_hashed(content: BinaryIO, target: Path) -> tuple[int, str]:
    """Writes all of it to disk; → bytes and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()
