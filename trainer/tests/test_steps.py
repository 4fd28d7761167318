"""Steps of a run: made once, refused with a reason, the same in every home."""

import numpy as np
import pytest

from tests.support import base_of, batch_arrays, first_step, sample_trajectories, step_body, write_batch

STEP_1 = "/v1/runs/toy/steps/1"


def test_a_step_is_made_once_and_told_again(client, tmp_path):
    body = first_step(client, tmp_path)
    first = client.put(f"{STEP_1}?wait=30", json=body)
    assert first.status_code == 200, first.text
    assert first.json()["status"] == "committed"
    assert client.put(STEP_1, json=body).json() == first.json()
    assert client.get(STEP_1).json() == first.json()
    assert client.get("/v1/runs/toy/steps").json()["steps"] == [first.json()]
    assert client.get("/v1/runs").json() == {"runs": [{"run": "toy", "last_step": 1}]}
    metrics = first.json()["metrics"]
    assert metrics["ratio_mean"] == pytest.approx(1.0, abs=1e-4)
    assert metrics["trajectories"] == 6
    assert metrics["grad_norm"] > 0


def test_the_same_step_in_another_run_gives_the_same_weights_and_another_body_does_not(client, tmp_path):
    body = first_step(client, tmp_path)
    a = client.put("/v1/runs/a/steps/1?wait=30", json=body).json()
    b = client.put("/v1/runs/b/steps/1?wait=30", json=body | {"micro_batch_tokens": 16384}).json()
    c = client.put("/v1/runs/c/steps/1?wait=30", json=body | {"optim": {"lr": 2e-3}}).json()
    assert a["weights_sha256"] == b["weights_sha256"] != c["weights_sha256"]


def test_the_second_step_goes_on_with_the_optimizer_of_the_first(client, tmp_path):
    body = first_step(client, tmp_path)
    client.put(f"{STEP_1}?wait=30", json=body)
    batch = write_batch(
        tmp_path / "2.safetensors", batch_arrays(sample_trajectories(client, base_of(client)["id"], 4), 1)
    )
    second = client.put("/v1/runs/toy/steps/2?wait=30", json=step_body("step-1", batch))
    assert second.status_code == 200, second.text
    assert second.json()["parent"] == "step-1"
    folder = client.get("/v1/runs/toy/steps/2").json()["path"]
    from safetensors.numpy import load_file

    state = load_file(f"{folder}/optimizer.safetensors")
    assert state["norm.weight|step"].tolist() == [2.0]


def test_another_body_for_a_step_is_a_conflict(client, tmp_path):
    body = first_step(client, tmp_path)
    client.put(f"{STEP_1}?wait=30", json=body)
    answer = client.put(STEP_1, json=body | {"optim": {"lr": 9e-3}})
    assert (answer.status_code, answer.json()["error"]["type"]) == (409, "conflict")


def test_an_unknown_parent_is_told_as_such(client, tmp_path):
    body = first_step(client, tmp_path)
    for step, parent, status, kind in [
        (1, f"base:{'0' * 64}", 412, "parent_unknown"),
        (2, "step-1", 412, "parent_unknown"),
        (3, "step-1", 400, "invalid_request"),
        (1, "step-0", 400, "invalid_request"),
    ]:
        answer = client.put(f"/v1/runs/toy/steps/{step}", json=body | {"parent": parent})
        assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind), answer.text


def drop_last_logprob(arrays):
    arrays["logprobs"] = arrays["logprobs"][:-1]


def no_mask(arrays):
    for name in ("mask", "advantages", "logprobs"):
        arrays[name] = np.zeros_like(arrays[name])


def nan_logprob(arrays):
    arrays["logprobs"][np.flatnonzero(arrays["mask"])[2]] = np.nan


def positive_logprob(arrays):
    arrays["logprobs"][np.flatnonzero(arrays["mask"])[2]] = 0.5


def equal_rewards(arrays):
    arrays["advantages"][:] = 0


def unknown_token(arrays):
    arrays["token_ids"][3] = 5000


def trained_first_token(arrays):
    arrays["mask"][0] = 1


def falling_offsets(arrays):
    arrays["offsets"][1] = arrays["offsets"][2] + 1


def from_the_future(arrays):
    arrays["version"][:] = 4


def wrong_type(arrays):
    arrays["mask"] = arrays["mask"].astype(np.int64)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (drop_last_logprob, "logprobs has"),
        (no_mask, "no trained token"),
        (nan_logprob, "not finite"),
        (positive_logprob, "above 0"),
        (equal_rewards, "all advantages are 0"),
        (unknown_token, "token_ids outside"),
        (trained_first_token, "first token"),
        (falling_offsets, "offsets must rise"),
        (from_the_future, "version 4"),
        (wrong_type, "mask is int64"),
    ],
)
def test_a_bad_batch_is_refused_with_its_fault_and_leaves_nothing(client, service, tmp_path, spoil, named):
    base = base_of(client)
    arrays = batch_arrays(sample_trajectories(client, base["id"], 3))
    spoil(arrays)
    body = step_body(f"base:{base['manifest_sha256']}", write_batch(tmp_path / "bad.safetensors", arrays))
    answer = client.put(STEP_1, json=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (422, "batch_invalid")
    assert named in answer.json()["error"]["message"]
    assert service.home.steps("toy") == []


def test_a_batch_that_is_not_the_one_named_is_refused(client, tmp_path):
    body = first_step(client, tmp_path)
    other = body | {"batch": body["batch"] | {"sha256": "f" * 64}}
    assert client.put(STEP_1, json=other).json()["error"]["type"] == "batch_invalid"
    gone = body | {"batch": body["batch"] | {"uri": "/nowhere/batch.safetensors"}}
    assert client.put(STEP_1, json=gone).json()["error"]["type"] == "batch_invalid"
    (tmp_path / "batch.safetensors").write_bytes(b"not tensors")
    from astra_trainer.hashing import sha256_file

    broken = body | {"batch": body["batch"] | {"sha256": sha256_file(tmp_path / "batch.safetensors")}}
    assert client.put(STEP_1, json=broken).json()["error"]["type"] == "batch_invalid"


def test_a_gradient_that_is_no_number_refuses_the_step_and_leaves_its_parent_alone(client, service, tmp_path):
    base = base_of(client)
    made = sample_trajectories(client, base["id"], 4)
    for trajectory in made:
        trajectory["advantage"] = 3e38 if trajectory["advantage"] > 0 else -3e38
    batch = write_batch(tmp_path / "b.safetensors", batch_arrays(made))
    body = step_body(f"base:{base['manifest_sha256']}", batch)
    answer = client.put(f"{STEP_1}?wait=30", json=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (422, "gradient_not_finite")
    assert client.get(STEP_1).json()["error"]["type"] == "gradient_not_finite"
    assert service.home.steps("toy") == []
    assert base_of(client)["weights_sha256"] == base["weights_sha256"]
    good = first_step(client, tmp_path)
    assert client.put(f"{STEP_1}?wait=30", json=good).status_code == 200


def test_a_body_that_does_not_fit_is_refused_with_the_place(client, tmp_path):
    body = first_step(client, tmp_path)
    for change, named in [
        ({"optim": {"lr": -1}}, "optim.lr"),
        ({"loss": {"fn": "dpo"}}, "loss.fn"),
        ({"unknown": 1}, "unknown"),
        ({"parent": "the last one"}, "parent"),
    ]:
        answer = client.put(STEP_1, json=body | change)
        assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request")
        assert named in answer.json()["error"]["message"]
    assert client.put("/v1/runs/toy-v3/steps/1", json=body).status_code == 400
    assert client.put("/v1/runs/toy/steps/0", json=body).status_code == 400


@pytest.mark.parametrize("fn", ["importance_sampling", "cispo", "dppo"])
def test_every_loss_makes_a_step(client, tmp_path, fn):
    body = first_step(client, tmp_path) | {"loss": {"fn": fn, "tis_cap": 2.0, "mask": {"kind": "icepop"}}}
    assert client.put(f"{STEP_1}?wait=30", json=body).status_code == 200


def test_unknown_steps_and_runs_are_not_found(client):
    assert client.get(STEP_1).status_code == 404
    assert client.get("/v1/runs/toy/steps").status_code == 404


def test_only_a_step_that_is_neither_last_nor_served_can_be_removed(client, tmp_path):
    body = first_step(client, tmp_path)
    client.put(f"{STEP_1}?wait=30", json=body)
    assert client.delete(STEP_1).status_code == 409
    batch = write_batch(
        tmp_path / "2.safetensors", batch_arrays(sample_trajectories(client, base_of(client)["id"], 4), 1)
    )
    client.put("/v1/runs/toy/steps/2?wait=30", json=step_body("step-1", batch))
    client.put("/v1/policies/toy", json={"step": 1})
    assert client.delete(STEP_1).status_code == 409
    client.put("/v1/policies/toy", json={"step": 2})
    client.put("/v1/policies/toy", json={"step": 0, "base": body["parent"]})
    assert client.delete(STEP_1).status_code == 200
    assert client.get(STEP_1).status_code == 404
