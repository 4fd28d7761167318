"""One home, served: its parts, put together once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astra_trainer.sampling.invariance import batch_invariant
from astra_trainer.sampling.pool import SamplerPool
from astra_trainer.service.base_models import BaseModels
from astra_trainer.service.completions import Completions
from astra_trainer.service.files import Files
from astra_trainer.service.job_preparation import Preparation
from astra_trainer.service.jobs import Jobs
from astra_trainer.service.policies import Policies
from astra_trainer.service.steps import Steps
from astra_trainer.store.checkpoint import Checkpoint
from astra_trainer.store.home import Home
from astra_trainer.store.policies import PolicyLoader
from astra_trainer.training.thread import TrainingThread


@dataclass(frozen=True)
class Service:
    home: Home
    loader: PolicyLoader
    pool: SamplerPool
    thread: TrainingThread
    files: Files
    bases: BaseModels
    policies: Policies
    completions: Completions
    steps: Steps
    jobs: Jobs
    batch_invariant: bool

    def run_list(self) -> dict[str, Any]:
        runs = sorted(path.name for path in self.home.runs.iterdir() if path.is_dir())
        return {"runs": [{"run": run, "last_step": max(self.home.steps(run), default=0)} for run in runs]}

    def model_list(self) -> dict[str, Any]:
        names = sorted(path.name for path in self.home.models.iterdir())
        bases = [(name, "base", self.home.model(name)) for name in names]
        jobs = [(job["fine_tuned_model"], "fine_tuned") for job in self.jobs.listing(None, 1000, {})["data"]]
        tuned = [(name, kind, self.home.fixed_model(name)) for name, kind in jobs if name is not None]
        served = [(name, "policy", checkpoint) for name, checkpoint in self.policies.names()]
        found = [
            (name, kind, checkpoint) for name, kind, checkpoint in [*bases, *tuned, *served] if checkpoint is not None
        ]
        return {"object": "list", "data": [self._model_object(*entry) for entry in found]}

    def _model_object(self, name: str, kind: str, checkpoint: Checkpoint) -> dict[str, Any]:
        return {
            "id": name,
            "object": "model",
            "created": int(checkpoint.path.stat().st_mtime),
            "owned_by": "astra",
            "kind": kind,
            "root": checkpoint.manifest["base"],
            "max_model_len": self.loader.config(checkpoint).context,
            "manifest_sha256": checkpoint.manifest_sha256,
            "weights_sha256": checkpoint.weights_sha256,
        }

    def stop(self) -> None:
        """Ends after the piece of work under way. Nothing is lost by not calling it."""
        self.thread.stop()
        self.pool.stop()
        self.home.close()


def open_service(root: Path) -> Service:
    home = Home(root)
    loader = PolicyLoader(home)
    pool, thread = SamplerPool(loader), TrainingThread()
    files = Files(home)
    bases = BaseModels(home, loader, files)
    policies = Policies(home, pool)
    return Service(
        home=home,
        loader=loader,
        pool=pool,
        thread=thread,
        files=files,
        bases=bases,
        policies=policies,
        completions=Completions(policies, loader, pool),
        steps=Steps(home, loader, thread),
        jobs=Jobs(Preparation(home, loader, files, bases, policies), thread),
        batch_invariant=batch_invariant(),
    )
