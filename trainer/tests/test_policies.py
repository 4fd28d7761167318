"""Served versions: a name means one checkpoint for ever, and only what is published is served."""

from fastapi.testclient import TestClient

from astra_trainer.service.app import create_app
from astra_trainer.service.parts import open_service
from tests.support import base_of, first_step

SAMPLE = {"prompt": [5, 9], "max_tokens": 4, "seed": 1}


def published(client, tmp_path):
    body = first_step(client, tmp_path)
    client.put("/v1/policies/toy", json={"step": 0, "base": body["parent"]})
    client.put("/v1/runs/toy/steps/1?wait=30", json=body)
    return client.put("/v1/policies/toy", json={"step": 1})


def kind(answer) -> str:
    return answer.json()["error"]["type"]


def test_a_published_step_is_served_under_its_version(client, tmp_path):
    answer = published(client, tmp_path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == "toy-v1"
    sampled = client.post("/v1/completions", json={"model": "toy-v1", **SAMPLE}).json()
    assert sampled["weight_version"] == "toy-v1"
    assert client.get("/weight_info").json()["weight_version"] == "toy-v1"
    assert client.get("/weight_info?model=toy-v0").json()["manifest_sha256"] == base_of(client)["manifest_sha256"]
    assert [entry["model"] for entry in client.get("/v1/policies/toy").json()["served"]] == ["toy-v0", "toy-v1"]
    assert {"toy-v0", "toy-v1"} <= {entry["id"] for entry in client.get("/v1/models").json()["data"]}


def test_a_version_that_is_not_published_is_stale(client, tmp_path):
    published(client, tmp_path)
    assert kind(client.post("/v1/completions", json={"model": "toy-v2", **SAMPLE})) == "stale_policy"
    assert kind(client.post("/v1/completions", json={"model": "other-v2", **SAMPLE})) == "model_not_found"


def test_only_the_last_two_versions_are_served(client, tmp_path):
    body = first_step(client, tmp_path)
    published(client, tmp_path)
    batch = body["batch"]
    client.put("/v1/runs/toy/steps/2?wait=30", json=body | {"parent": "step-1", "batch": batch})
    client.put("/v1/policies/toy", json={"step": 2})
    assert kind(client.post("/v1/completions", json={"model": "toy-v0", **SAMPLE})) == "stale_policy"
    assert client.post("/v1/completions", json={"model": "toy-v1", **SAMPLE}).status_code == 200


def test_what_is_published_must_exist_and_be_what_the_client_means(client, tmp_path):
    published(client, tmp_path)
    assert kind(client.put("/v1/policies/toy", json={"step": 7})) == "parent_unknown"
    assert kind(client.put("/v1/policies/toy", json={"step": 0})) == "invalid_request"
    assert kind(client.put("/v1/policies/toy", json={"step": 1, "manifest_sha256": "0" * 64})) == "conflict"
    step_1 = client.get("/v1/runs/toy/steps/1").json()["manifest_sha256"]
    assert kind(client.put("/v1/policies/toy", json={"step": 0, "base": f"base:{step_1}"})) == "conflict"


def test_after_a_restart_what_was_published_is_served_and_nothing_else(home, tmp_path):
    service = open_service(home)
    client = TestClient(create_app(service))
    hashes = published(client, tmp_path).json()
    before = client.post("/v1/completions", json={"model": "toy-v1", **SAMPLE}).json()["choices"]
    service.stop()
    again = open_service(home)
    client = TestClient(create_app(again))
    assert client.get("/weight_info").json() == {"weight_version": "default"}
    assert client.post("/v1/completions", json={"model": "toy-v1", **SAMPLE}).json()["choices"] == before
    assert client.get("/v1/policies/toy").json()["served"][1]["weights_sha256"] == hashes["weights_sha256"]
    assert kind(client.post("/v1/completions", json={"model": "toy-v2", **SAMPLE})) == "stale_policy"
    again.stop()


def test_a_restarted_service_does_not_serve_weights_that_are_not_those_of_their_manifest(home, tmp_path):
    service = open_service(home)
    client = TestClient(create_app(service))
    published(client, tmp_path)
    service.stop()
    file = home / "runs/toy/step-1/model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))
    again = open_service(home)
    client = TestClient(create_app(again), raise_server_exceptions=False)
    answer = client.post("/v1/completions", json={"model": "toy-v1", **SAMPLE})
    assert (answer.status_code, kind(answer)) == (500, "checkpoint_corrupt")
    assert client.post("/v1/completions", json={"model": "toy-v0", **SAMPLE}).status_code == 200
    again.stop()
