"""Random conversations of several turns: what is sampled is what is trained on, token for token and log-probability."""

import random
from typing import Any

import pytest

from tests.support import base_of, batch_arrays, row, step_body, write_batch
from tests.test_jobs import body_for, ended, file_of

TURNS = 4
SAID = ["17", "It is 9°C\n", "<|im_end|>", "😀 ü"]


@pytest.fixture
def policy(client) -> dict[str, Any]:
    """One that has learnt to end its turns, so that there are several."""
    hyper = {"steps": 60, "batch_size": 8}
    job = client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), hyper=hyper)).json()
    return ended(client, job)


def render(client, model: str, **body: Any) -> list[int]:
    answer = client.post("/v1/render", json={"model": model, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()["token_ids"]


def complete(client, model: str, prompt: list[int], seed: int) -> dict[str, Any]:
    body = {"model": model, "prompt": prompt, "max_tokens": 24, "seed": seed, "logprobs": 0, "return_token_ids": True}
    (choice,) = client.post("/v1/completions", json=body).json()["choices"]
    return choice


def play(client, model: str, number: int) -> dict[str, Any]:
    """A trajectory of a random length that answers random things to whatever was said, and its prompts one by one."""
    draw = random.Random(number)
    messages = row(number)["messages"][:1]
    prompt = render(client, model, messages=messages, tools=row(number)["tools"])
    ids, mask, logprobs = list(prompt), [0] * len(prompt), [0.0] * len(prompt)
    prompts: list[list[int]] = []
    for turn in range(TURNS):
        if len(ids) > 200:
            break
        choice = complete(client, model, ids, seed=number * 10 + turn)
        prompts.append(choice["prompt_token_ids"])
        assert choice["prompt_token_ids"] == ids
        ids += choice["token_ids"]
        mask += [1] * len(choice["token_ids"])
        logprobs += choice["logprobs"]["token_logprobs"]
        messages.append({"role": "assistant", "content": choice["text"]})
        if choice["finish_reason"] != "stop" or turn == TURNS - 1:
            break
        said = {
            "role": draw.choice(["tool", "user"]),
            "content": draw.choice(["17", "It is 9°C\n", "<|im_end|>", "😀 ü"]),
        }
        bridge = render(client, model, bridge_of=[said])
        messages.append(said)
        ids, mask, logprobs = ids + bridge, mask + [0] * len(bridge), logprobs + [0.0] * len(bridge)
    return {"ids": ids, "mask": mask, "logprobs": logprobs, "prompts": prompts, "messages": messages, "advantage": 0.0}


@pytest.fixture
def played(client, policy) -> list[dict[str, Any]]:
    made = [play(client, policy["fine_tuned_model"], number) for number in range(16)]
    assert max(len(one["prompts"]) for one in made) >= 3, "some have three turns"
    for place, one in enumerate(made):
        one["advantage"] = (1.0 if place % 2 else -1.0) / 100
    return made


def trained_on(client, policy: dict[str, Any], rows: list[dict[str, Any]], tmp_path) -> dict[str, float]:
    batch = write_batch(tmp_path / "batch.safetensors", batch_arrays(rows))
    body = step_body(f"base:{policy['manifest_sha256']}", batch)
    answer = client.put("/v1/runs/truth/steps/1?wait=60", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["metrics"]


def test_every_prompt_is_the_one_before_it_with_its_completion_and_bridge(played):
    for one in played:
        for before, after in zip(one["prompts"], one["prompts"][1:], strict=False):
            assert after[: len(before)] == before
            assert one["ids"][: len(after)] == after


def test_log_probabilities_of_all_turns_come_out_again(client, policy, played, tmp_path):
    metrics = trained_on(client, policy, played, tmp_path)
    assert metrics["tokens_fresh"] == sum(sum(one["mask"]) for one in played)
    assert metrics["logprob_diff_max"] < 1e-4
    assert metrics["ratio_max"] == pytest.approx(1, abs=1e-4)


def test_a_history_that_was_rendered_again_from_its_text_is_found_out(client, policy, played, tmp_path):
    tools = row(0)["tools"]
    model = policy["fine_tuned_model"]
    again = [
        render(client, model, messages=one["messages"], tools=tools, add_generation_prompt=False) for one in played
    ]
    spoilt = [(one, ids) for one, ids in zip(played, again, strict=True) if ids[: len(one["ids"])] != one["ids"]]
    assert spoilt, "the text of no conversation is encoded as it was sampled"
    rows = []
    for one, ids in spoilt:
        length = min(len(ids), len(one["ids"]))
        cut = {name: one[name][:length] for name in ("mask", "logprobs")}
        rows.append({"ids": ids[:length], **cut, "advantage": one["advantage"]})
    assert trained_on(client, policy, rows, tmp_path)["logprob_diff_max"] > 0.01


def test_log_probabilities_of_other_weights_are_found_out(client, policy, played, tmp_path):
    """A sampler that serves the weights of before, under the name of now."""
    stale = [play(client, base_of(client)["id"], number) | {"advantage": 0.01} for number in range(3)]
    assert trained_on(client, policy, [*played, *stale], tmp_path)["logprob_diff_max"] > 0.01
