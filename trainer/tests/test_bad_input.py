"""What the service is given or left without: refused by name, nothing written, and it works once that is mended."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from astra_trainer.model import gguf_import
from astra_trainer.model.config import ModelConfig
from astra_trainer.model.gguf_import import Imported
from astra_trainer.model.llama import Llama
from tests.support import TINY, base_of, batch_arrays, first_step, sample_trajectories, step_body, upload, write_batch
from tests.test_jobs import WEIGHT_0, body_for, ended, file_of, lines, refused, row

ROOT = Path(__file__).parents[1]
STEP_1, STEP_2 = "/v1/runs/toy/steps/1", "/v1/runs/toy/steps/2"


def test_a_step_without_memory_for_it_is_refused_and_made_when_there_is_some(client, service, home, tmp_path):
    base = base_of(client)
    long = sample_trajectories(client, base["id"], 2)
    for trajectory in long:
        more = TINY["context"] - len(trajectory["ids"])
        trajectory["ids"] += [7] * more
        trajectory["mask"] += [1] * more
        trajectory["logprobs"] += [-5.0] * more
    # 120 different rows of 256 tokens: far more than is spare.
    rows = [r | {"ids": [*r["ids"][:-1], n], "advantage": (-1.0) ** n * 1e-4} for n in range(8, 128) for r in long[:1]]
    batch = write_batch(tmp_path / "large.safetensors", batch_arrays(rows))
    small, large = tmp_path / "small.json", tmp_path / "large.json"
    small.write_text(json.dumps(first_step(client, tmp_path)))
    large.write_text(json.dumps(step_body(f"base:{base['manifest_sha256']}", batch)))
    service.stop()
    command = [sys.executable, "-m", "tests.starved", str(home), str(small), str(large)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-800:]
    starved, fed = json.loads(told.stdout.splitlines()[-1])
    assert (starved[0], starved[1]["error"]["type"]) == (507, "out_of_memory"), starved
    assert "memory" in starved[1]["error"]["message"]
    assert (fed[0], fed[1]["status"]) == (200, "committed")


@pytest.mark.parametrize("file", ["model.safetensors", "optimizer.safetensors"])
def test_a_step_on_a_parent_with_a_wrong_hash_is_refused_until_the_file_is_restored(client, service, tmp_path, file):
    client.put(f"{STEP_1}?wait=30", json=first_step(client, tmp_path))
    made = sample_trajectories(client, base_of(client)["id"], 4)
    body = step_body("step-1", write_batch(tmp_path / "2.safetensors", batch_arrays(made, 1)))
    broken = service.home.runs / "toy/step-1" / file
    content = broken.read_bytes()
    broken.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert refused(client.put(f"{STEP_2}?wait=30", json=body))[:2] == (500, "checkpoint_corrupt")
    status, kind, message = refused(client.put("/v1/policies/toy", json={"step": 1}))
    assert (status, kind) == (500, "checkpoint_corrupt")
    assert file in message
    assert service.home.steps("toy") == [1]
    broken.write_bytes(content)
    assert client.put(f"{STEP_2}?wait=30", json=body).json()["status"] == "committed"


def test_a_job_on_a_base_with_a_wrong_hash_fails_with_the_file_and_goes_on_when_it_is_restored(client, service):
    broken = service.home.models / base_of(client)["id"] / "model.safetensors"
    file = file_of(client)
    body = body_for(client, file)
    content = broken.read_bytes()
    broken.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    answer = client.post("/v1/fine_tuning/jobs", json=body)
    job = ended(client, answer.json())
    assert (job["status"], job["error"]["code"]) == ("failed", "checkpoint_corrupt")
    broken.write_bytes(content)
    client.post(f"/v1/fine_tuning/jobs/{job['id']}/resume")
    assert ended(client, job, ("succeeded",))["steps_done"] == 12


def test_a_base_model_whose_package_is_missing_is_named_and_made_once_it_is_installed(client, service, monkeypatch):
    monkeypatch.setattr(gguf_import, "find_package_file", lambda: None)
    asked = {"kind": "smollm2-135m", "adapter": {"rank": 2}}
    status, kind, message = refused(client.put("/v1/base_models", json=asked))
    assert (status, kind) == (503, "base_missing")
    assert "install.sh" in message
    job = client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), model="smollm2-135m"))
    assert refused(job)[:2] == (503, "base_missing")
    assert refused(client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), model="gpt-0")))[1] == (
        "model_not_found"
    )
    tokenizer = service.home.models / base_of(client)["id"] / "tokenizer.json"
    model = Llama(ModelConfig(TINY["vocab_size"], 32, 96, 2, 4, 2, 256))
    model.initialise(0)
    monkeypatch.setattr(gguf_import, "find_package_file", lambda: tokenizer)
    monkeypatch.setattr(gguf_import, "import_gguf", lambda _: Imported(model, tokenizer.read_text()))
    assert client.put("/v1/base_models", json=asked).status_code == 201


def test_rows_that_teach_nothing_or_are_too_long_are_refused_and_the_mended_file_is_trained_on(client):
    long = {"messages": [{"role": "user", "content": "x " * 900}, *row(1)["messages"][1:]]}
    for bad, named in [(WEIGHT_0, "no trained token"), (long, "more than 256 tokens")]:
        answer = client.post("/v1/fine_tuning/jobs", json=body_for(client, upload(client, lines(row(1), bad))))
        status, kind, message = refused(answer)
        assert (status, kind) == (422, "dataset_invalid")
        assert named in message
        assert "rows 2" in message
    mended = body_for(client, upload(client, lines(row(1), row(2))))
    assert ended(client, client.post("/v1/fine_tuning/jobs", json=mended).json())["status"] == "succeeded"
