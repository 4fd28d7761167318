"""One home with a tiny base model, made once and copied for each test that writes."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from fastapi.testclient import TestClient

from astra_trainer.service.app import create_app
from astra_trainer.service.parts import Service, open_service
from tests.support import TINY, rows_text

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one file and one untrained base model."""
    root = tmp_path_factory.mktemp("home")
    service = open_service(root)
    client = TestClient(create_app(service))
    file = client.post("/v1/files", data={"purpose": "fine-tune"}, files={"file": ("rows.jsonl", rows_text(40))})
    made = client.put("/v1/base_models", json={"kind": "nano", "training_file": file.json()["id"], **TINY})
    assert made.status_code == 201, made.text
    service.stop()
    return root


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared_home, tmp_path / "home"))


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    opened = open_service(home)
    yield opened
    opened.stop()


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_app(service), raise_server_exceptions=False)
