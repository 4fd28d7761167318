"""Calls of a tool, made in a process of its own with limits.

The limits keep a tool that is slow, greedy or wrong from harming its caller: processor time, memory, wall time, no file
can be written to, no variable of the environment is seen. They are no wall against hostile code: the process may read
what its user may read, and reach the network. Whoever needs a wall runs all of this in a container.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

LIMITS = {"cpu_seconds": 10, "memory_bytes": 1 << 29}
WALL_SECONDS = 20
_child = Path(__file__).with_name("tool_child.py")
_longest_shown = 2000


class ToolsUnavailable(RuntimeError):
    """No process could be started, or it ended before it began: nobody knows what the calls would have given."""


def run_calls(code, calls):
    """Runs of the calls, one after the other on one module, and the states before the first and after each.

    `calls` are {name, arguments}. A run is {status: "ok", value, stdout} or {status, type, message}; a call after one
    that did not come to its end has the status "not_made". Raises ToolsUnavailable.
    """
    request = {"code": code, "calls": calls, "limits": LIMITS}
    started, *answers = _answers(json.dumps(request).encode())
    runs = [{key: value for key, value in answer.items() if key not in ("kind", "state")} for answer in answers]
    lost = len(calls) - len(runs)
    if lost > 0:
        runs.append({"status": "timeout", "type": "Limit", "message": "the call did not come to its end"})
        runs += [{"status": "not_made", "type": "NotMade", "message": "a call before it did not end"}] * (lost - 1)
    return runs, [started["state"], *(answer["state"] for answer in answers)]


def observation(run):
    """What the caller reads of a run: the value as JSON with sorted keys, an error by type and message."""
    if run["status"] == "ok":
        text = json.dumps(run["value"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    else:
        text = f"error: {run.get('type') or run['status']}: {run.get('message', '')}"
    if len(text) <= _longest_shown:
        return text
    return f"{text[:_longest_shown]}… ({len(text) - _longest_shown} more characters)"


def _answers(request):
    with tempfile.TemporaryDirectory(prefix="astra-tool-") as folder:
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", str(_child)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise ToolsUnavailable(f"no process for a tool could be started: {error}") from error
        try:
            said, _ = process.communicate(request, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            _end(process)
            said, _ = process.communicate()
        finally:
            _end(process)
    answers = [json.loads(line) for line in said.decode("utf-8", "replace").split("\n")[:-1]]
    if not answers:
        raise ToolsUnavailable(f"the process of a tool ended with {process.returncode} before it began")
    return answers


def _end(process):
    """Ends the process and whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
