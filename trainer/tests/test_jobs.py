"""Fine-tuning jobs: made once, refused with the row, gone on with, and usable when done."""

import json
import time

import pytest

from tests.support import TINY, base_of, row, upload

HYPER = {"steps": 12, "batch_size": 4, "checkpoint_every": 5}


def body_for(client, file: str, **changes) -> dict:
    wanted = changes.pop("hyper", HYPER)
    method = {"type": "supervised", "supervised": {"hyperparameters": wanted}}
    return {"model": base_of(client)["id"], "training_file": file, "seed": 1, "method": method} | changes


def file_of(client) -> str:
    return client.get("/v1/files").json()["data"][0]["id"]


def ended(client, job: dict, wanted: tuple[str, ...] = ("succeeded", "failed")) -> dict:
    for _ in range(2400):
        job = client.get(f"/v1/fine_tuning/jobs/{job['id']}").json()
        if job["status"] in wanted:
            return job
        time.sleep(0.05)
    raise AssertionError(f"still {job['status']}")


def refused(answer) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["type"], error["message"]


def test_a_job_trains_and_its_model_can_be_sampled_and_trained_on(client):
    created = client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client)))
    assert created.status_code == 200, created.text
    job = ended(client, created.json())
    assert job["status"] == "succeeded", job["error"]
    assert (job["steps_done"], job["steps_total"]) == (12, 12)
    events = client.get(f"/v1/fine_tuning/jobs/{job['id']}/events?limit=50").json()["data"]
    losses = [event["data"]["train_loss"] for event in events if event["type"] == "metrics"]
    assert losses[0] < losses[-1]
    assert "40 rows" in events[-1]["message"]
    points = client.get(f"/v1/fine_tuning/jobs/{job['id']}/checkpoints").json()["data"]
    assert [point["step_number"] for point in points] == [10, 5]
    for model in (job["fine_tuned_model"], points[0]["fine_tuned_model_checkpoint"], f"base:{job['manifest_sha256']}"):
        answer = client.post("/v1/completions", json={"model": model, "prompt": [5, 9], "max_tokens": 3, "seed": 1})
        assert answer.status_code == 200, answer.text
    again = client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), model=job["fine_tuned_model"]))
    assert ended(client, again.json())["status"] == "succeeded"


def test_the_same_key_makes_one_job_and_with_another_body_a_conflict(client):
    body = body_for(client, file_of(client), metadata={"idempotency_key": "sft/run/1"})
    first = client.post("/v1/fine_tuning/jobs", json=body).json()
    assert client.post("/v1/fine_tuning/jobs", json=body).json()["id"] == first["id"]
    other = client.post("/v1/fine_tuning/jobs", json=body | {"seed": 2})
    assert refused(other)[:2] == (409, "conflict")
    found = client.get("/v1/fine_tuning/jobs", params={"metadata[idempotency_key]": "sft/run/1"}).json()["data"]
    assert [job["id"] for job in found] == [first["id"]]
    nothing = client.get("/v1/fine_tuning/jobs", params={"metadata[idempotency_key]": "other"}).json()["data"]
    assert nothing == []
    ended(client, first)


def test_the_same_job_gives_the_same_weights(client):
    jobs = [client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client))).json() for _ in range(2)]
    assert jobs[0]["id"] != jobs[1]["id"]
    assert len({ended(client, job)["weights_sha256"] for job in jobs}) == 1


def test_nano_is_made_from_the_rows_and_the_seed_of_the_job(client):
    body = body_for(client, file_of(client), model="nano", hyper={"steps": 1, "batch_size": 1})
    job = ended(client, client.post("/v1/fine_tuning/jobs", json=body).json())
    assert job["base_model"].startswith("nano-")
    names = [entry["id"] for entry in client.get("/v1/models").json()["data"]]
    assert {job["base_model"], job["fine_tuned_model"]} <= set(names)


def lines(*rows: dict) -> bytes:
    return "".join(json.dumps(r) + "\n" for r in rows).encode()


WITHOUT_ANSWER = {"messages": [{"role": "user", "content": "How warm?"}]}
WEIGHT_0 = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho", "weight": 0}]}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (lines(row(1), WITHOUT_ANSWER, row(2), WEIGHT_0), "2 rows: no trained token"),
        (b"not json\n", "rows are no JSON object"),
        (b"\n", "no rows"),
        (lines({"messages": [{"role": "robot", "content": "x"}]}), "role 'robot'"),
        (lines(row(1), {"messages": [{"role": "user", "content": "x " * 900}, *row(1)["messages"][1:]]}), "rows 2"),
    ],
)
def test_a_bad_file_is_refused_with_its_rows_and_makes_no_job(client, content, named):
    answer = client.post("/v1/fine_tuning/jobs", json=body_for(client, upload(client, content)))
    status, kind, message = refused(answer)
    assert (status, kind) == (422, "dataset_invalid")
    assert named in message
    assert client.get("/v1/fine_tuning/jobs").json()["data"] == []


def test_rows_that_are_too_long_are_left_out_and_counted_when_told_so(client):
    long = {"messages": [{"role": "user", "content": "x " * 900}, *row(1)["messages"][1:]]}
    file = upload(client, lines(row(1), long, row(2)))
    body = body_for(client, file, hyper=HYPER | {"overlong": "leave_out"})
    job = ended(client, client.post("/v1/fine_tuning/jobs", json=body).json())
    events = client.get(f"/v1/fine_tuning/jobs/{job['id']}/events?limit=50").json()["data"]
    assert any("1 rows were too long" in event["message"] for event in events)


def test_phases_draw_their_own_rows_and_a_phase_without_rows_is_refused(client):
    rows = [row(n) | {"phase": int(n >= 5)} for n in range(8)]
    file = upload(client, lines(*rows))
    body = body_for(client, file, hyper=HYPER | {"phases": [0.5, 0.5]})
    assert ended(client, client.post("/v1/fine_tuning/jobs", json=body).json())["status"] == "succeeded"
    three = body_for(client, file, hyper=HYPER | {"phases": [0.5, 0.3, 0.2]})
    assert "no row has phase 2" in refused(client.post("/v1/fine_tuning/jobs", json=three))[2]
    one = body_for(client, file, hyper=HYPER)
    assert "3 rows have a phase" in refused(client.post("/v1/fine_tuning/jobs", json=one))[2]


@pytest.mark.parametrize(
    ("hyper", "named"),
    [
        ({"steps": 0}, "hyperparameters.steps"),
        ({"lr": 1}, "unknown lr"),
        ({"optimizer": "sgd"}, "hyperparameters.optimizer"),
        ({"phases": [0.5]}, "hyperparameters.phases"),
        ({"steps": 1.5}, "whole number"),
        ({"extra": 3}, "object under extra"),
    ],
)
def test_hyperparameters_that_mean_nothing_are_refused_by_name(client, hyper, named):
    status, kind, message = refused(
        client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), hyper=hyper))
    )
    assert (status, kind) == (400, "invalid_request")
    assert named in message


def test_epochs_count_rows_and_our_names_may_stand_under_extra_or_in_metadata(client):
    body = body_for(client, file_of(client), hyper={"n_epochs": 2, "batch_size": 16, "extra": {"learning_rate": 0.001}})
    job = client.post(
        "/v1/fine_tuning/jobs", json=body | {"metadata": {"hyperparameters": '{"warmup_steps": 3}'}}
    ).json()
    plan = job["hyperparameters"]
    assert (plan["steps"], plan["learning_rate"], plan["warmup_steps"]) == (5, 0.001, 3)
    ended(client, job)


def test_a_job_can_be_paused_gone_on_with_and_cancelled(client):
    body = body_for(client, file_of(client), hyper={"steps": 20000, "batch_size": 4, "checkpoint_every": 20000})
    job = client.post("/v1/fine_tuning/jobs", json=body).json()
    assert client.post(f"/v1/fine_tuning/jobs/{job['id']}/pause").json()["status"] == "paused"
    assert client.post(f"/v1/fine_tuning/jobs/{job['id']}/resume").json()["status"] == "queued"
    assert client.delete(f"/v1/files/{job['training_file']}").status_code == 409
    assert client.post(f"/v1/fine_tuning/jobs/{job['id']}/cancel").json()["status"] == "cancelled"
    assert refused(client.post(f"/v1/fine_tuning/jobs/{job['id']}/cancel"))[:2] == (409, "conflict")


def test_a_job_that_was_paused_and_resumed_is_worked_on_once_and_ends_with_the_same_weights(client):
    body = body_for(client, file_of(client), hyper={"steps": 400, "batch_size": 4, "checkpoint_every": 50})
    undisturbed = ended(client, client.post("/v1/fine_tuning/jobs", json=body).json())
    job = client.post("/v1/fine_tuning/jobs", json=body).json()
    while client.get(f"/v1/fine_tuning/jobs/{job['id']}").json()["steps_done"] == 0:
        time.sleep(0.01)
    # At once: the turn of the first worker has not come yet when the second one is there.
    assert client.post(f"/v1/fine_tuning/jobs/{job['id']}/pause").json()["status"] == "paused"
    assert client.post(f"/v1/fine_tuning/jobs/{job['id']}/resume").json()["status"] == "queued"
    job = ended(client, job)
    assert (job["status"], job["weights_sha256"]) == ("succeeded", undisturbed["weights_sha256"])
    events = client.get(f"/v1/fine_tuning/jobs/{job['id']}/events?limit=100").json()["data"]
    steps = [event["data"]["step"] for event in events if event["type"] == "metrics"]
    assert len(steps) == len(set(steps))
    assert sum("goes on after step" in event["message"] for event in events) <= 1


def test_a_learning_rate_that_breaks_the_weights_fails_the_job_with_its_reason(client):
    hyper = HYPER | {"optimizer": "adamw", "learning_rate": 1e30, "warmup_steps": 0, "grad_clip": 0}
    job = ended(client, client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), hyper=hyper)).json())
    assert (job["status"], job["error"]["code"]) == ("failed", "gradient_not_finite")
    assert job["fine_tuned_model"] is None


def test_a_validation_file_gives_a_validation_loss(client):
    file = upload(client, lines(*(row(n) for n in range(50, 60))))
    body = body_for(client, file_of(client), validation_file=file)
    job = ended(client, client.post("/v1/fine_tuning/jobs", json=body).json())
    events = client.get(f"/v1/fine_tuning/jobs/{job['id']}/events?limit=50").json()["data"]
    steps = [event["data"]["step"] for event in events if "valid_loss" in (event["data"] or {})]
    assert steps == [12, 10, 5]


def test_a_base_model_is_the_same_for_the_same_recipe_and_another_for_another_seed(client):
    body = {"kind": "nano", "training_file": file_of(client), **TINY}
    known = client.put("/v1/base_models", json=body)
    assert known.status_code == 200
    other = client.put("/v1/base_models", json=body | {"seed": 1})
    assert other.status_code == 201
    assert other.json()["weights_sha256"] != known.json()["weights_sha256"]
    assert other.json()["tokenizer_sha256"] == known.json()["tokenizer_sha256"]


def test_a_folder_with_a_model_becomes_a_base_and_may_carry_an_adapter(client, service):
    path = str(service.home.models / base_of(client)["id"])
    whole = client.put("/v1/base_models", json={"kind": "folder", "name": "mine", "path": path})
    assert whole.status_code == 201, whole.text
    adapted = client.put(
        "/v1/base_models", json={"kind": "folder", "name": "mine", "path": path, "adapter": {"rank": 4}}
    )
    assert adapted.json()["trainable_parameters"] < whole.json()["trainable_parameters"]
    job = client.post("/v1/fine_tuning/jobs", json=body_for(client, file_of(client), model=adapted.json()["id"])).json()
    assert ended(client, job)["status"] == "succeeded"
    assert client.put("/v1/base_models", json={"kind": "folder", "name": "x", "path": "/nowhere"}).status_code == 400
