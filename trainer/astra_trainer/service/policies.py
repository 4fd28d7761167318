"""Which step of a run is served, under which name, and what a model name means."""

import json
from dataclasses import dataclass
from typing import Any

from astra_trainer.errors import ServiceError, conflict, invalid_request
from astra_trainer.hashing import canonical_json
from astra_trainer.sampling.pool import SamplerPool
from astra_trainer.service.wire import PublishBody
from astra_trainer.store.checkpoint import Checkpoint, replace_text
from astra_trainer.store.home import POLICY_NAME, Home

PUBLISHED = "published.json"
VERSIONS_KEPT = 2


@dataclass(frozen=True)
class Served:
    step: int
    manifest_sha256: str


class Policies:
    def __init__(self, home: Home, pool: SamplerPool) -> None:
        self._home, self._pool = home, pool
        self._last_name: str | None = None

    def publish(self, run: str, body: PublishBody) -> dict[str, Any]:
        """Serves a step as `<run>-v<step>`, once its files are proven. The name means this checkpoint for ever."""
        folder = self._home.folder_of_run(run)
        checkpoint = self._checkpoint(run, body)
        found, meant = checkpoint.manifest_sha256, body.manifest_sha256
        if meant not in (None, found):
            raise conflict(f"step {body.step} of {run} is {found[:12]}…, the request says {meant[:12]}…")
        first = self._home.step(run, 1) if body.step == 0 else None
        if first is not None and first.manifest["parent_sha256"] != found:
            raise conflict(f"{run} began with {first.manifest['parent'][:17]}…: its version 0 cannot be another")
        before = self.served(run)
        if any(s.step == body.step and s.manifest_sha256 != checkpoint.manifest_sha256 for s in before):
            raise conflict(f"{run}-v{body.step} is served from another checkpoint; a name never changes its meaning")
        self._pool.prepare(checkpoint).result()
        served = [s for s in before if s.step != body.step] + [Served(body.step, checkpoint.manifest_sha256)]
        folder.mkdir(parents=True, exist_ok=True)
        kept = [{"step": s.step, "manifest_sha256": s.manifest_sha256} for s in served[-VERSIONS_KEPT:]]
        replace_text(folder / PUBLISHED, canonical_json({"served": kept}))
        self._last_name = f"{run}-v{body.step}"
        return self._answer(run, Served(body.step, checkpoint.manifest_sha256))

    def _checkpoint(self, run: str, body: PublishBody) -> Checkpoint:
        if (body.step == 0) != (body.base is not None):
            raise invalid_request("base: expected with step 0, and only there")
        found = self._home.base_reference(body.base) if body.base else self._home.step(run, body.step)
        if found is None:
            raise ServiceError(
                412, "parent_unknown", f"run {run}: {body.base or f'step-{body.step}'} is not in this home"
            )
        return found

    def served(self, run: str) -> list[Served]:
        """Oldest first; read from disk, so that a restart serves what was published before it."""
        file = self._home.folder_of_run(run) / PUBLISHED
        if not file.is_file():
            return []
        return [Served(entry["step"], entry["manifest_sha256"]) for entry in json.loads(file.read_text())["served"]]

    def status(self, run: str) -> dict[str, Any]:
        self._home.require_run(run)
        served = [self._answer(run, entry) for entry in self.served(run)]
        return {"run": run, "served": served, "latest": served[-1]["model"] if served else None}

    def _answer(self, run: str, entry: Served) -> dict[str, Any]:
        checkpoint = self._home.by_hash(entry.manifest_sha256)
        name = f"{run}-v{entry.step}"
        return {
            "run": run,
            "step": entry.step,
            "model": name,
            "weight_version": name,
            "manifest_sha256": entry.manifest_sha256,
            "weights_sha256": checkpoint.weights_sha256 if checkpoint else None,
        }

    def resolve(self, model: str) -> Checkpoint:
        """The checkpoint behind a name; `stale_policy` for a version that is not served, else `model_not_found`."""
        fixed = self._home.fixed_model(model)
        if fixed is not None:
            return fixed
        match = POLICY_NAME.fullmatch(model)
        if match is None or not self._is_run(match["run"]):
            raise ServiceError(
                404, "model_not_found", f"model {model[:120]!r} is not known here; GET /v1/models lists all"
            )
        served = self.served(match["run"])
        wanted = next((entry for entry in served if entry.step == int(match["step"])), None)
        checkpoint = self._home.by_hash(wanted.manifest_sha256) if wanted else None
        if checkpoint is None:
            names = ", ".join(f"v{entry.step}" for entry in served) or "nothing"
            raise ServiceError(
                404, "stale_policy", f"{model} is not served, but {names} of that run: publish it, then ask again"
            )
        return checkpoint

    def _is_run(self, run: str) -> bool:
        return (self._home.runs / run).is_dir()

    def weight_info(self, model: str | None) -> dict[str, Any]:
        name = model or self._last_name
        if name is None:
            return {"weight_version": "default"}
        checkpoint = self.resolve(name)
        hashes = {"manifest_sha256": checkpoint.manifest_sha256, "weights_sha256": checkpoint.weights_sha256}
        return {"weight_version": name, **hashes}

    def names(self) -> list[tuple[str, Checkpoint]]:
        """Every policy that is served, with its checkpoint."""
        found = []
        for folder in sorted(self._home.runs.iterdir()):
            for entry in self.served(folder.name):
                if (checkpoint := self._home.by_hash(entry.manifest_sha256)) is not None:
                    found.append((f"{folder.name}-v{entry.step}", checkpoint))
        return found
