"""Small rows, small models and hand-made batches for the tests."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from safetensors.numpy import save_file

from astra_trainer.hashing import sha256_file

TINY = {"vocab_size": 320, "hidden_size": 32, "layers": 2, "heads": 4, "kv_heads": 2, "context": 256}
CITIES = ["Bonn", "Oslo", "Rome", "Lima", "Cork"]


def row(number: int) -> dict[str, Any]:
    """A question, one call, its result, an answer."""
    draw = random.Random(number)
    city, value = draw.choice(CITIES), str(draw.randint(10, 99))
    call = {"type": "function", "function": {"name": "warmth", "arguments": json.dumps({"city": city})}}
    return {
        "tools": [{"type": "function", "function": {"name": "warmth", "parameters": ["city"]}}],
        "messages": [
            {"role": "user", "content": f"How warm is {city}?"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": value},
            {"role": "assistant", "content": f"It is {value}."},
        ],
    }


def rows_text(count: int) -> bytes:
    return "".join(json.dumps(row(number)) + "\n" for number in range(count)).encode()


def upload(client: TestClient, content: bytes) -> str:
    answer = client.post("/v1/files", data={"purpose": "fine-tune"}, files={"file": ("rows.jsonl", content)})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def base_of(client: TestClient) -> dict[str, Any]:
    return client.get("/v1/base_models").json()["data"][0]


def sample_trajectories(client: TestClient, model: str, count: int) -> list[dict[str, Any]]:
    """One turn each, from one prompt; every other one is called good."""
    asked = {"model": model, "messages": row(1)["messages"][:1], "tools": row(1)["tools"]}
    prompt = client.post("/v1/render", json=asked).json()["token_ids"]
    body = {"model": model, "prompt": prompt, "n": count, "max_tokens": 12, "seed": 7, "logprobs": 0}
    answer = client.post("/v1/completions", json=body | {"return_token_ids": True}).json()
    return [
        {
            "ids": prompt + choice["token_ids"],
            "mask": [0] * len(prompt) + [1] * len(choice["token_ids"]),
            "logprobs": [0.0] * len(prompt) + choice["logprobs"]["token_logprobs"],
            "advantage": (1.0 if place % 2 else -1.0) / count / 12,
        }
        for place, choice in enumerate(answer["choices"])
    ]


def batch_arrays(trajectories: list[dict[str, Any]], version: int = 0) -> dict[str, np.ndarray]:
    def flat(name: str, dtype: type) -> np.ndarray:
        return np.array([value for t in trajectories for value in t[name]], dtype)

    mask = flat("mask", np.uint8)
    advantages = np.concatenate([np.full(len(t["ids"]), t["advantage"]) for t in trajectories]) * mask
    return {
        "token_ids": flat("ids", np.int32),
        "mask": mask,
        "logprobs": flat("logprobs", np.float32),
        "advantages": advantages.astype(np.float32),
        "offsets": np.cumsum([0, *(len(t["ids"]) for t in trajectories)]).astype(np.int64),
        "version": np.full(len(trajectories), version, np.int32),
    }


def write_batch(path: Path, arrays: dict[str, np.ndarray]) -> dict[str, str]:
    save_file(arrays, path)
    return {"uri": str(path), "sha256": sha256_file(path)}


def step_body(parent: str, batch: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"parent": parent, "batch": batch, "optim": {"lr": 1e-3}} | changes


def first_step(client: TestClient, folder: Path) -> dict[str, Any]:
    """A body that makes step 1 of any run from the base model."""
    base = base_of(client)
    batch = write_batch(folder / "batch.safetensors", batch_arrays(sample_trajectories(client, base["id"], 6)))
    return step_body(f"base:{base['manifest_sha256']}", batch)
