"""Steps of runs: each made at most once, whoever asks how often."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from astra_trainer.errors import ServiceError, conflict, invalid_request, not_found
from astra_trainer.service.failures import as_service_error
from astra_trainer.service.wire import StepBody
from astra_trainer.store.checkpoint import Checkpoint
from astra_trainer.store.home import Home, check_run
from astra_trainer.store.policies import PolicyLoader
from astra_trainer.training.batch import Batch, Limits, read_batch
from astra_trainer.training.rl_step import StepRequest, make_step
from astra_trainer.training.thread import TrainingThread


@dataclass
class Running:
    body_sha256: str
    phase: str = "waiting"
    microbatch: int = 0
    of: int = 0
    failure: ServiceError | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def progress(self, phase: str, microbatch: int, of: int) -> None:
        self.phase, self.microbatch, self.of = phase, microbatch, of


Answer = tuple[int, dict[str, Any]]
"""HTTP status and body."""


class Steps:
    def __init__(self, home: Home, loader: PolicyLoader, thread: TrainingThread) -> None:
        self._home, self._loader, self._thread = home, loader, thread
        self._running: dict[tuple[str, int], Running] = {}
        self._lock = threading.Lock()

    def put(self, run: str, step: int, body: StepBody, wait: float) -> Answer:
        """Starts a step, or tells what became of it. Everything that can be refused at once is."""
        check_run(run)
        request = self._request(run, step, body)
        with self._lock:
            answer = self._known(request)
            if answer is None:
                # Read under the lock: a second request must find this one running, and reading takes milliseconds.
                self._start(request, self._read_batch(request))
        return answer or self._after(run, step, wait, started=True)

    def get(self, run: str, step: int, wait: float) -> Answer:
        check_run(run)
        return self._after(run, step, wait, started=False)

    def listing(self, run: str) -> dict[str, Any]:
        self._home.require_run(run)
        steps = [self._home.step(run, number) for number in self._home.steps(run)]
        return {"run": run, "steps": [committed(step) for step in steps if step is not None]}

    def remove(self, run: str, step: int, served: set[int]) -> dict[str, Any]:
        checkpoint = self._home.step(run, step)
        if checkpoint is None:
            raise not_found(f"run {run} has no step {step}")
        if step in served or step == max(self._home.steps(run)):
            raise conflict(f"step {step} of {run} is {'served' if step in served else 'the last'}: it stays")
        self._home.remove(checkpoint)
        return {"run": run, "step": step, "deleted": True}

    def _request(self, run: str, step: int, body: StepBody) -> StepRequest:
        return StepRequest(
            run=run,
            step=step,
            parent_name=body.parent,
            parent=self._parent(run, step, body.parent),
            batch_uri=local_path(body.batch.uri),
            batch_sha256=body.batch.sha256,
            loss=body.loss.model_dump(),
            optim=body.optim.model_dump(mode="json"),
            seed=body.seed,
            micro_batch_tokens=body.micro_batch_tokens,
        )

    def _parent(self, run: str, step: int, name: str) -> Checkpoint:
        expected = f"step-{step - 1}" if step > 1 else "base:<manifest_sha256>"
        fits = name == expected if step > 1 else name.startswith("base:")
        if not fits:
            raise invalid_request(f"parent of step {step}: got {name}; expected {expected}")
        found = self._home.step(run, step - 1) if step > 1 else self._home.base_reference(name)
        if found is None:
            raise ServiceError(412, "parent_unknown", f"run {run}, step {step}: {name} is not in {self._home.root}")
        return found

    def _known(self, request: StepRequest) -> Answer | None:
        """The answer when the step is committed or under way; None when it has to be started."""
        key = (request.run, request.step)
        checkpoint = self._home.step(*key)
        running = self._running.get(key)
        alive = running is not None and running.failure is None
        other = checkpoint.manifest["body_sha256"] if checkpoint else running.body_sha256 if running and alive else None
        if other is not None and other != request.body_sha256:
            state = "is committed" if checkpoint else "runs"
            raise conflict(f"step {request.step} of {request.run} {state} with another body ({other[:12]}…)")
        if checkpoint is not None:
            return 200, committed(checkpoint)
        return (201, under_way(key, running)) if running is not None and alive else None

    def _read_batch(self, request: StepRequest) -> Batch:
        config = self._loader.config(request.parent)
        limits = Limits(config.vocab_size, config.context, newest=request.step - 1)
        return read_batch(request.batch_uri, request.batch_sha256, limits)

    def _start(self, request: StepRequest, batch: Batch) -> None:
        running = Running(request.body_sha256)
        self._running[request.run, request.step] = running

        def work() -> None:
            try:
                make_step(self._home, self._loader, request, batch, running.progress)
            except BaseException as error:
                running.failure = as_service_error(error)
            else:
                del self._running[request.run, request.step]
            finally:
                running.ended.set()

        self._thread.submit(work)

    def _after(self, run: str, step: int, wait: float, started: bool) -> Answer:
        key = (run, step)
        running = self._running.get(key)
        if running is not None and wait > 0:
            running.ended.wait(min(wait, 60))
        if running is not None and running.failure is not None:
            raise running.failure
        checkpoint = self._home.step(run, step)
        if checkpoint is not None:
            return 200, committed(checkpoint)
        if running is None:
            raise not_found(f"run {run}, step {step}: neither committed nor under way; after a restart PUT it again")
        return 201 if started else 200, under_way(key, running)


def under_way(key: tuple[str, int], running: Running) -> dict[str, Any]:
    run, step = key
    place = {"phase": running.phase, "microbatch": running.microbatch, "of": running.of}
    return {"run": run, "step": step, "status": "running", **place}


def committed(checkpoint: Checkpoint) -> dict[str, Any]:
    manifest = checkpoint.manifest
    return {
        "run": manifest["run"],
        "step": manifest["step"],
        "status": "committed",
        "parent": manifest["parent"],
        "body_sha256": manifest["body_sha256"],
        "batch_sha256": manifest["batch_sha256"],
        "manifest_sha256": checkpoint.manifest_sha256,
        "weights_sha256": checkpoint.weights_sha256,
        "checkpoint": f"step-{manifest['step']}",
        "path": str(checkpoint.path),
        "metrics": manifest["metrics"],
        "timings": checkpoint.timings,
    }


def local_path(uri: str) -> Path:
    return Path(unquote(urlparse(uri).path)) if uri.startswith("file://") else Path(uri)
