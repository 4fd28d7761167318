"""A run that stops after each step goes on in a new process to the weights it would have come to without a stop."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from astra_trainer.service.app import create_app
from astra_trainer.service.parts import open_service
from tests.support import base_of, batch_arrays, sample_trajectories, step_body, write_batch

ROOT = Path(__file__).parents[1]
STEPS = 4


def next_step(client: TestClient, folder: Path, step: int) -> dict:
    """Samples from the step before, trains, publishes; → what the service says of the step."""
    base = base_of(client)
    parent = "step-" + str(step - 1) if step > 1 else f"base:{base['manifest_sha256']}"
    named = {"base": parent} if step == 1 else {}
    policy = client.put("/v1/policies/toy", json={"step": step - 1} | named).json()["model"]
    folder.mkdir(parents=True, exist_ok=True)
    batch = write_batch(folder / f"{step}.safetensors", batch_arrays(sample_trajectories(client, policy, 6), step - 1))
    answer = client.put(f"/v1/runs/toy/steps/{step}?wait=60", json=step_body(parent, batch))
    assert answer.status_code == 200, answer.text
    return answer.json()


def main(home: str, folder: str, step: str) -> None:
    client = TestClient(create_app(open_service(Path(home))))
    print(json.dumps(next_step(client, Path(folder), int(step))))


def test_stopped_after_every_step_and_taken_up_by_a_new_process(prepared_home, tmp_path):
    whole, parts = (Path(shutil.copytree(prepared_home, tmp_path / name)) for name in ("whole", "parts"))
    service = open_service(whole)
    client = TestClient(create_app(service))
    undisturbed = [next_step(client, tmp_path / "a", step) for step in range(1, STEPS + 1)]
    service.stop()
    resumed = []
    for step in range(1, STEPS + 1):
        command = [sys.executable, "-m", "tests.test_resume", str(parts), str(tmp_path / "b"), str(step)]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr[-800:]
        resumed.append(json.loads(told.stdout))
    for name in ("batch_sha256", "weights_sha256", "manifest_sha256"):
        assert [step[name] for step in resumed] == [step[name] for step in undisturbed], name
    assert len({step["weights_sha256"] for step in resumed}) == STEPS


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    main(*sys.argv[1:])
