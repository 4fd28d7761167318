"""A service without memory for a step, then with it. Usage: python -m tests.starved HOME SMALL.json LARGE.json

Makes a small step first, so that only the large one asks for more. Prints both answers to that as JSON.
"""

import json
import resource
import sys
from pathlib import Path

import torch
from fastapi.testclient import TestClient

from astra_trainer.service.app import create_app
from astra_trainer.service.parts import open_service

torch.set_num_threads(1)
SPARE = 24 * 2**20


def allow(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))


def taken() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def main(home: str, small: str, large: str) -> None:
    client = TestClient(create_app(open_service(Path(home))), raise_server_exceptions=False)
    client.put("/v1/runs/warm/steps/1?wait=60", json=json.loads(Path(small).read_text()))
    asked = json.loads(Path(large).read_text())
    allow(taken() + SPARE)
    try:
        starved = client.put("/v1/runs/toy/steps/1?wait=60", json=asked)
    finally:
        allow(resource.RLIM_INFINITY)
    fed = client.put("/v1/runs/toy/steps/1?wait=60", json=asked)
    print(json.dumps([[answer.status_code, answer.json()] for answer in (starved, fed)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
