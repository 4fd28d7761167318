"""A service ends with its starter, also when that one is killed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHILD = "import os, time; from astra_trainer.parent import end_with; end_with(os.getppid()); time.sleep(60)"
STARTER = f"""
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", {CHILD!r}]).pid, flush=True)
time.sleep(60)
"""


def runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_service_does_not_outlive_a_starter_that_was_killed():
    starter = subprocess.Popen([sys.executable, "-c", STARTER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    child = int(starter.stdout.readline())
    time.sleep(0.5)
    assert runs(child)
    starter.kill()
    starter.wait()
    for _ in range(200):
        if not runs(child):
            return
        time.sleep(0.05)
    os.kill(child, 9)
    raise AssertionError("the child outlived its starter by 10 s")
