"""Uploaded files, kept by what is in them."""

import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

from astra_trainer.errors import conflict, invalid_request, not_found
from astra_trainer.hashing import canonical_json
from astra_trainer.store.checkpoint import TEMPORARY, sync_folder, write_text
from astra_trainer.store.home import Home

CONTENT, ABOUT = "content.jsonl", "file.json"
ID_LENGTH = 24


class Files:
    def __init__(self, home: Home) -> None:
        self._folder = home.files

    def add(self, content: bytes, filename: str, purpose: str) -> dict[str, Any]:
        """Keeps a file; the same bytes again are the same file."""
        if purpose != "fine-tune":
            raise invalid_request(f"purpose: got {purpose!r}; expected fine-tune")
        sha256 = hashlib.sha256(content).hexdigest()
        file_id = f"file-{sha256[:ID_LENGTH]}"
        target = self._folder / file_id
        if not target.is_dir():
            about = {
                "id": file_id,
                "object": "file",
                "bytes": len(content),
                "created_at": int(time.time()),
                "filename": filename,
                "purpose": purpose,
                "status": "processed",
                "sha256": sha256,
            }
            self._write(target, content, about)
        return self.about(file_id)

    def _write(self, target: Path, content: bytes, about: dict[str, Any]) -> None:
        temporary = self._folder / f"{TEMPORARY}{target.name}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        (temporary / CONTENT).write_bytes(content)
        write_text(temporary / ABOUT, canonical_json(about))
        temporary.rename(target)
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
