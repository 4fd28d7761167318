"""Examples of the wire, recorded from the service itself: `python -m tests.examples` writes contract/examples.

A client in another language tests its parsing against them; a test here holds that they still have the shape of what
the service says.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from tests.support import TINY, batch_arrays, row, rows_text, sample_trajectories, step_body, upload, write_batch

FOLDER = Path(__file__).parents[1] / "contract" / "examples"
Example = dict[str, Any]


class Recorder:
    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.examples: dict[str, Example] = {}

    def __call__(self, name: str, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, json=body)
        request = {"method": method, "path": path} | ({} if body is None else {"body": body})
        self.examples[name] = {"request": request, "answer": {"status": answer.status_code, "body": answer.json()}}
        return answer.json()


def record(client: TestClient, folder: Path) -> dict[str, Example]:
    """Name → request and answer, one of each kind."""
    say = Recorder(client)
    file = upload(client, rows_text(12))
    say("file", "GET", f"/v1/files/{file}")
    base = say("base-model-made", "PUT", "/v1/base_models", {"kind": "nano", "training_file": file, "seed": 5, **TINY})
    record_job(say, file, base["id"])
    messages, tools = row(1)["messages"], row(1)["tools"]
    prompt = say("render-prompt", "POST", "/v1/render", {"model": base["id"], "messages": messages[:1], "tools": tools})
    say("render-bridge", "POST", "/v1/render", {"model": base["id"], "bridge_of": messages[2:3]})
    whole = {"model": base["id"], "messages": messages, "tools": tools}
    say("render-trained", "POST", "/v1/render", whole | {"add_generation_prompt": False, "return_mask": True})
    asked = {"model": base["id"], "prompt": prompt["token_ids"], "max_tokens": 4, "n": 2, "seed": 1}
    say("completion", "POST", "/v1/completions", asked | {"logprobs": 0, "return_token_ids": True})
    say(
        "chat",
        "POST",
        "/v1/chat/completions",
        {"model": base["id"], "messages": messages[:1], "max_tokens": 4, "seed": 1},
    )
    record_run(say, client, base, folder)
    say("models", "GET", "/v1/models")
    say("stale-policy", "POST", "/v1/completions", asked | {"model": "toy-v9"})
    say("model-not-found", "POST", "/v1/completions", asked | {"model": "nobody"})
    say("context-length", "POST", "/v1/completions", asked | {"prompt": [5] * 256})
    say("invalid-request", "POST", "/v1/completions", asked | {"max_tokens": 0})
    return say.examples


def record_job(say: Recorder, file: str, base: str) -> None:
    method = {
        "type": "supervised",
        "supervised": {"hyperparameters": {"steps": 4, "batch_size": 2, "checkpoint_every": 2}},
    }
    body = {
        "model": base,
        "training_file": file,
        "seed": 1,
        "metadata": {"idempotency_key": "sft/example"},
        "method": method,
    }
    job = say("job-made", "POST", "/v1/fine_tuning/jobs", body)
    path = f"/v1/fine_tuning/jobs/{job['id']}"
    while say("job-succeeded", "GET", path)["status"] != "succeeded":
        time.sleep(0.05)
    say("job-events", "GET", f"{path}/events?limit=2")
    say("job-checkpoints", "GET", f"{path}/checkpoints")
    say("job-conflict", "POST", "/v1/fine_tuning/jobs", body | {"seed": 2})
    say("job-found-by-key", "GET", "/v1/fine_tuning/jobs?metadata[idempotency_key]=sft/example")


def record_run(say: Recorder, client: TestClient, base: dict[str, Any], folder: Path) -> None:
    parent = f"base:{base['manifest_sha256']}"
    say("policy-of-step-0", "PUT", "/v1/policies/toy", {"step": 0, "base": parent})
    arrays = batch_arrays(sample_trajectories(client, base["id"], 4))
    body = step_body(parent, write_batch(folder / "batch.safetensors", arrays))
    say("step-running", "PUT", "/v1/runs/toy/steps/1", body)
    say("step-committed", "GET", "/v1/runs/toy/steps/1?wait=30")
    say("step-conflict", "PUT", "/v1/runs/toy/steps/1", body | {"optim": {"lr": 0.5}})
    say("step-parent-unknown", "PUT", "/v1/runs/toy/steps/3", body | {"parent": "step-2"})
    say("step-not-found", "GET", "/v1/runs/toy/steps/2")
    arrays["advantages"][:] = 0
    spoilt = step_body("step-1", write_batch(folder / "spoilt.safetensors", arrays))
    say("step-batch-invalid", "PUT", "/v1/runs/toy/steps/2", spoilt)
    say("policy", "PUT", "/v1/policies/toy", {"step": 1})
    say("policies", "GET", "/v1/policies/toy")
    say("weight-info", "GET", "/weight_info?model=toy-v1")


def shape(value: Any) -> Any:
    """What must stay: names and kinds, not values. Of a list its first entry."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def main() -> int:
    from astra_trainer.service.app import create_app
    from astra_trainer.service.parts import open_service

    with tempfile.TemporaryDirectory() as scratch:
        service = open_service(Path(scratch, "home"))
        examples = record(TestClient(create_app(service)), Path(scratch))
        service.stop()
        text = {name: json.dumps(example, indent=2, ensure_ascii=False) for name, example in examples.items()}
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, content in text.items():
            (FOLDER / f"{name}.json").write_text(
                content.replace(scratch, "/home/of/the/trainer") + "\n", encoding="utf-8"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
