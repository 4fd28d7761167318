"""Environments as tasks: an agent sees the question and the tools; what the tools should have given stays with the reward.

The gold answers are in instances.jsonl of this package and never in the data of a task, which harnesses and traces carry.
"""
import asyncio
from functools import cache
from pathlib import Path
from typing import Any

import verifiers.v1 as vf
from verifiers.v1.types import AssistantMessage, content_text

from .astra_play.conversations import written
from .astra_play.instances import load_instances
from .astra_play.scoring import gold_calls, score
from .servers.tools import AstraToolset


@cache
def instances() -> dict[str, dict[str, Any]]:
    return load_instances(Path(__file__).with_name("instances.jsonl"))


class AstraData(vf.TaskData):
    instance_id: str
    mode: str
    tool_schema: list[dict[str, Any]]
    domain: str
    language: str
    scenario: str
    difficulty: float | None
    licence: str | None


class AstraTaskConfig(vf.TaskConfig):
    tools: vf.ToolsetConfig = vf.ToolsetConfig()


class AstraTask(vf.Task[AstraData, vf.State, AstraTaskConfig]):
    @property
    def key(self) -> str:
        return self.data.instance_id

    @classmethod
    def toolsets(cls, config: AstraTaskConfig) -> list[vf.Toolset]:
        return [AstraToolset(config.tools)]

    async def validate(self, runtime: vf.Runtime) -> bool:
        """The gold calls earn the whole reward."""
        instance = instances()[self.data.instance_id]
        return (await asyncio.to_thread(score, instance, gold_calls(instance)))["f1"] == 1

    @vf.metric
    async def parts(self, trace: vf.Trace) -> dict[str, float]:
        """Recall, precision, calls, solved, and whether the last words hold the answer of the question."""
        names = {tool["name"] for tool in self.data.tool_schema}
        said = [node.message for node in trace.nodes if node.sampled and isinstance(node.message, AssistantMessage)]
        calls = [written(_bare(call.name, names), call.arguments) for one in said for call in one.tool_calls or []]
        words = content_text(said[-1].content) or "" if said and not said[-1].tool_calls else ""
        scored = await asyncio.to_thread(score, instances()[self.data.instance_id], calls, words)
        trace.info["f1"] = scored.pop("f1")
        return {name: float(value) for name, value in scored.items() if value is not None}

    @vf.reward(weight=1.0)
    async def f1(self, trace: vf.Trace) -> float:
        """Harmonic mean of recall and precision; metrics are always taken first."""
        return trace.info["f1"]


class AstraConfig(vf.TasksetConfig):
    task: AstraTaskConfig = AstraTaskConfig()


class AstraTaskset(vf.Taskset[AstraTask, AstraConfig]):
    def load(self) -> list[AstraTask]:
        return [AstraTask(_data(instance), self.config.task) for instance in instances().values()]


def _data(instance: dict[str, Any]) -> AstraData:
    shown = ("name", "description", "parameters")
    same = ("mode", "domain", "language", "scenario", "difficulty", "licence")
    return AstraData(
        id=instance["id"],
        name=instance["id"],
        prompt=instance["prompt"],
        instance_id=instance["id"],
        tool_schema=[{key: tool[key] for key in shown} for tool in instance["tools"]],
        **{key: instance[key] for key in same},
    )


def _bare(name: str, names: set[str]) -> str:
    """The tool's own name, without the prefix that some harnesses put before the tools of a server."""
    if name in names or not name.startswith("mcp__"):
        return name
    return next((own for own in sorted(names, key=len, reverse=True) if name.endswith(f"__{own}")), name)
