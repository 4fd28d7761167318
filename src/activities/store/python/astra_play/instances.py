"""The environments of a folder, one a line: what an agent is shown, the sources of its tools, and apart from both, the
gold answers and calls that only the reward reads."""
import json
from pathlib import Path

from .tools import observation, run_calls


def load_instances(path):
    """By id, in the order of the file."""
    rows = (json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line)
    return {row["id"]: row for row in rows}


class Session:
    """The calls of one agent in one instance. With state each call is made after all earlier ones, on a new module."""

    def __init__(self, instance):
        self.instance = instance
        self.calls = []
        self._made = []

    def call(self, name, arguments):
        """What the agent reads, and whether it is a result. Raises ToolsUnavailable: then the call did not happen."""
        call = {"name": name, "arguments": arguments if isinstance(arguments, dict) else None}
        tool = next((one for one in self.instance["tools"] if one["name"] == name), None)
        if tool is None or call["arguments"] is None:
            self.calls.append(call)
            what = f"there is no tool {name}" if tool is None else "the arguments are no JSON object"
            return f"error: {what}", False
        runs, _ = self._runs(tool, call)
        self.calls.append(call)
        self._made.append(call)
        return observation(runs[-1]), runs[-1]["status"] == "ok"

    def _runs(self, tool, call):
        if self.instance["mode"] == "stateful":
            return run_calls(self.instance["code"], [*self._made, call])
        return run_calls(tool["code"], [call])
