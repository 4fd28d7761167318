"""The whole way in small: SFT on traces of which half choose the wrong tool, then RL that rewards the right one."""

import json
import random

import numpy as np
import pytest
from fastapi.testclient import TestClient

from tests.support import CITIES, TINY, batch_arrays, step_body, upload, write_batch
from tests.test_jobs import ended

TOOLS = [{"type": "function", "function": {"name": name, "parameters": ["city"]}} for name in ("warmth", "wind")]
GROUPS, SIZE, STEPS = 5, 8, 14


def question(city: str) -> dict:
    return {"role": "user", "content": f"How warm is {city}?"}


def trace(number: int) -> dict:
    draw = random.Random(number)
    city, name = draw.choice(CITIES), draw.choice(["warmth", "wind"])
    call = {"type": "function", "function": {"name": name, "arguments": {"city": city}}}
    return {"tools": TOOLS, "messages": [question(city), {"role": "assistant", "content": "", "tool_calls": [call]}]}


def reward(text: str, city: str) -> float:
    return float(text == f'<tool_call>{{"name": "warmth", "arguments": {{"city": "{city}"}}}}</tool_call>')


class Rollouts:
    def __init__(self, client: TestClient) -> None:
        self._client = client

    def groups(self, model: str, seed: int) -> list[list[dict]]:
        """For each city a group of answers with rewards."""
        made = []
        for place, city in enumerate(CITIES[:GROUPS]):
            asked = {"model": model, "messages": [question(city)], "tools": TOOLS}
            prompt = self._client.post("/v1/render", json=asked).json()["token_ids"]
            body = {"model": model, "prompt": prompt, "n": SIZE, "max_tokens": 30, "seed": seed * 100 + place}
            answer = self._client.post("/v1/completions", json=body | {"logprobs": 0, "return_token_ids": True}).json()
            made.append(
                [
                    {
                        "ids": prompt + choice["token_ids"],
                        "mask": [0] * len(prompt) + [1] * len(choice["token_ids"]),
                        "logprobs": [0.0] * len(prompt) + choice["logprobs"]["token_logprobs"],
                        "reward": reward(choice["text"], city),
                    }
                    for choice in answer["choices"]
                ]
            )
        return made


def with_advantages(groups: list[list[dict]]) -> list[dict]:
    """Groups of unequal rewards, each answer with its advantage divided by the tokens of the group."""
    kept = [group for group in groups if len({answer["reward"] for answer in group}) > 1]
    for group in kept:
        rewards = np.array([answer["reward"] for answer in group])
        tokens = sum(sum(answer["mask"]) for answer in group) * len(kept)
        for answer, value in zip(group, (rewards - rewards.mean()) / (rewards.std() + 1e-6), strict=True):
            answer["advantage"] = float(value) / tokens
    return [answer for group in kept for answer in group]


def mean_reward(groups: list[list[dict]]) -> float:
    return float(np.mean([answer["reward"] for group in groups for answer in group]))


def score(rollouts: Rollouts, model: str) -> float:
    """Over 120 answers that no step has seen."""
    return float(np.mean([mean_reward(rollouts.groups(model, seed)) for seed in (1, 2, 3)]))


@pytest.mark.slow
def test_sft_teaches_the_call_and_rl_the_right_tool(client, tmp_path):
    file = upload(client, "".join(json.dumps(trace(number)) + "\n" for number in range(200)).encode())
    shape = TINY | {"hidden_size": 64}
    base = client.put("/v1/base_models", json={"kind": "nano", "training_file": file, **shape}).json()
    rollouts = Rollouts(client)
    assert mean_reward(rollouts.groups(base["id"], 1)) == 0
    method = {"type": "supervised", "supervised": {"hyperparameters": {"steps": 160, "batch_size": 8}}}
    body = {"model": base["id"], "training_file": file, "seed": 1, "method": method}
    job = ended(client, client.post("/v1/fine_tuning/jobs", json=body).json())
    after_sft = score(rollouts, job["fine_tuned_model"])
    assert 0.2 < after_sft < 0.8

    parent = f"base:{job['manifest_sha256']}"
    policy = client.put("/v1/policies/toy", json={"step": 0, "base": parent}).json()["model"]
    for step in range(1, STEPS + 1):
        trajectories = with_advantages(rollouts.groups(policy, 10 + step))
        batch = write_batch(tmp_path / f"{step}.safetensors", batch_arrays(trajectories, version=step - 1))
        answer = client.put(f"/v1/runs/toy/steps/{step}?wait=60", json=step_body(parent, batch, optim={"lr": 1e-3}))
        assert answer.status_code == 200, answer.text
        assert answer.json()["metrics"]["ratio_max"] == pytest.approx(1.0, abs=1e-3)
        parent = f"step-{step}"
        policy = client.put("/v1/policies/toy", json={"step": step}).json()["model"]
    after_rl = score(rollouts, policy)
    print(f"SFT {after_sft:.2f}, RL {after_rl:.2f}")
    assert after_rl > after_sft + 0.2
