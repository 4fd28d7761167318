"""The files that other languages test against say what the service does."""

import json

import jsonschema
import pytest

from astra_trainer.service.schemas import schemas
from tests.examples import FOLDER, record, shape

SCHEMAS = FOLDER.parent / "schemas"
SCHEMA_OF_PATH = {
    "/v1/runs/": "step-body",
    "/v1/policies/": "publish-body",
    "/v1/base_models": "base-model-body",
    "/v1/completions": "completion-body",
    "/v1/chat/completions": "chat-body",
    "/v1/render": "render-body",
    "/v1/fine_tuning/jobs": "job-body",
}


def written() -> dict[str, dict]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def test_the_schemas_on_disk_are_those_of_the_service():
    found = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    assert found == json.loads(json.dumps(schemas()))


def test_the_examples_on_disk_have_the_shape_of_what_the_service_says_now(client, tmp_path):
    now = record(client, tmp_path)
    assert set(now) == set(written())
    for name, example in written().items():
        assert example["answer"]["status"] == now[name]["answer"]["status"], name
        assert shape(example["answer"]["body"]) == shape(now[name]["answer"]["body"]), name


@pytest.mark.parametrize("name", sorted(written()))
def test_the_bodies_of_the_examples_fit_their_schemas_unless_they_are_refused(name):
    request, answer = written()[name]["request"], written()[name]["answer"]
    if "body" not in request:
        return
    schema = next(schema for path, schema in SCHEMA_OF_PATH.items() if request["path"].startswith(path))
    validator = jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text()))
    fits = validator.is_valid(request["body"])
    kind = answer["body"].get("error", {}).get("type") if answer["status"] >= 400 else None
    assert fits == (kind != "invalid_request"), name


def test_every_error_of_the_examples_is_named_in_the_contract():
    text = (FOLDER.parent / "README.md").read_text()
    for name, example in written().items():
        if example["answer"]["status"] >= 400:
            assert f"`{example['answer']['body']['error']['type']}`" in text, name
