"""A service that kills itself at a chosen moment. Usage: python -m tests.doomed HOME MOMENT METHOD PATH BODY.json

Prints nothing and ends by SIGKILL; ends with 3 when the moment never came.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import torch
from fastapi.testclient import TestClient

from astra_trainer.service import job_run
from astra_trainer.service.app import create_app
from astra_trainer.service.parts import open_service
from astra_trainer.store import checkpoint
from astra_trainer.training import rl_step

torch.set_num_threads(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_before(module: Any, name: str, call: int = 1) -> None:
    original, calls = getattr(module, name), [0]

    def wrapped(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == call:
            die()
        return original(*arguments, **named)

    setattr(module, name, wrapped)


def dying_after(module: Any, name: str) -> None:
    original = getattr(module, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        original(*arguments, **named)
        die()

    setattr(module, name, wrapped)


MOMENTS = {
    "before the step is written": lambda: dying_before(rl_step, "commit"),
    "while it is written": lambda: dying_before(checkpoint, "sync_file", call=2),
    "before it has its name": lambda: dying_before(checkpoint, "take_name"),
    "after it has its name": lambda: dying_after(checkpoint, "take_name"),
    "before the first checkpoint": lambda: dying_before(job_run, "sft_step", call=2),
    "between two checkpoints": lambda: dying_before(job_run, "sft_step", call=17),
    "while the result is written": lambda: dying_before(checkpoint, "take_name", call=12),
}


def main(home: str, moment: str, method: str, path: str, body: str) -> None:
    MOMENTS[moment]()
    client = TestClient(create_app(open_service(Path(home))))
    client.request(method, path, json=json.loads(Path(body).read_text()))
    time.sleep(60)
    sys.exit(3)


if __name__ == "__main__":
    main(*sys.argv[1:])
