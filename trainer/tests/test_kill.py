"""kill -9 at every point of a commit: what comes after is what would have come without it."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from astra_trainer.service.app import create_app
from astra_trainer.service.parts import open_service
from tests.support import base_of, first_step

ROOT = Path(__file__).parents[1]


def run_doomed(home: Path, moment: str, method: str, path: str, body: dict, scratch: Path) -> None:
    file = scratch / "body.json"
    file.write_text(json.dumps(body))
    command = [sys.executable, "-m", "tests.doomed", str(home), moment, method, path, str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == -9, ended.stderr[-500:]


@pytest.fixture(scope="module")
def undisturbed(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """A step and a job in a home of their own: their bodies, and the weights they end with."""
    folder = tmp_path_factory.mktemp("undisturbed")
    home = Path(shutil.copytree(prepared_home, folder / "home"))
    service = open_service(home)
    client = TestClient(create_app(service))
    step = first_step(client, folder)
    job = job_body(client)
    result = {
        "step": step,
        "job": job,
        "step_weights": client.put("/v1/runs/toy/steps/1?wait=60", json=step).json()["weights_sha256"],
        "job_weights": ended_job(client, job)["weights_sha256"],
    }
    service.stop()
    return result


def job_body(client: TestClient) -> dict:
    file = client.get("/v1/files").json()["data"][0]["id"]
    # So many checkpoints that the one a job goes on from is dropped before its end.
    wanted = {"steps": 24, "batch_size": 4, "checkpoint_every": 2}
    return {
        "model": base_of(client)["id"],
        "training_file": file,
        "metadata": {"idempotency_key": "killed"},
        "method": {"type": "supervised", "supervised": {"hyperparameters": wanted}},
    }


def ended_job(client: TestClient, body: dict) -> dict:
    job = client.post("/v1/fine_tuning/jobs", json=body).json()
    for _ in range(2400):
        job = client.get(f"/v1/fine_tuning/jobs/{job['id']}").json()
        if job["status"] in ("succeeded", "failed"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"the job did not end: {job}")


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    ["before the step is written", "while it is written", "before it has its name", "after it has its name"],
)
def test_a_step_killed_at_any_point_is_made_again_to_the_same_weights(undisturbed, home, tmp_path, moment):
    run_doomed(home, moment, "PUT", "/v1/runs/toy/steps/1?wait=60", undisturbed["step"], tmp_path)
    complete = (home / "runs/toy/step-1/MANIFEST.json").is_file()
    assert complete == (moment == "after it has its name")
    service = open_service(home)
    client = TestClient(create_app(service))
    assert [path.name for path in (home / "runs/toy").glob(".tmp-*")] == []
    assert client.get("/v1/runs/toy/steps/1").status_code == (200 if complete else 404)
    again = client.put("/v1/runs/toy/steps/1?wait=60", json=undisturbed["step"])
    assert again.json()["weights_sha256"] == undisturbed["step_weights"]
    assert [step["step"] for step in client.get("/v1/runs/toy/steps").json()["steps"]] == [1]
    service.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    ["before the first checkpoint", "between two checkpoints", "before it has its name", "while the result is written"],
)
def test_a_killed_job_goes_on_by_itself_to_the_same_weights(undisturbed, home, tmp_path, moment):
    run_doomed(home, moment, "POST", "/v1/fine_tuning/jobs", undisturbed["job"], tmp_path)
    service = open_service(home)
    client = TestClient(create_app(service))
    job = ended_job(client, undisturbed["job"])
    assert job["status"] == "succeeded", job["error"]
    assert job["weights_sha256"] == undisturbed["job_weights"]
    events = client.get(f"/v1/fine_tuning/jobs/{job['id']}/events?limit=100").json()["data"]
    steps = [event["data"]["step"] for event in events if event["type"] == "metrics"]
    assert steps == [24, 20, 10, 1]
    assert len(client.get("/v1/fine_tuning/jobs").json()["data"]) == 1
    service.stop()
