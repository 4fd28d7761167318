"""One task an episode: tools to list and to call, an answer that ends it, and the reward after that.

Gold answers, the calls that were made and the reward stay in this process, where no action of an agent can write.
"""
import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import State

try:
    from ..models import AstraAction, AstraObservation, ShownTool, ToolError
except ImportError:
    from models import AstraAction, AstraObservation, ShownTool, ToolError

from .astra_play.instances import Session, load_instances
from .astra_play.scoring import score

# The longest episode; after it the episode is over as if the agent had answered nothing.
MOST_STEPS = 32


@cache
def instances() -> list[dict[str, Any]]:
    return list(load_instances(Path(__file__).with_name("instances.jsonl")).values())


class AstraEnvironment(Environment[AstraAction, AstraObservation, State]):
    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self) -> None:
        super().__init__()
        self._session: Session | None = None
        self._state = State()
        self._scored: dict[str, Any] | None = None

    def reset(self, seed: int | None = None, episode_id: str | None = None, **_: Any) -> AstraObservation:
        """The instance that `episode_id` names, else the one that `seed` counts to, else one by chance."""
        episode_id = episode_id or str(uuid4())
        self._session = Session(_pick(seed, episode_id))
        self._scored = None
        self._state = State(episode_id=episode_id, step_count=0)
        return AstraObservation(prompt=self._session.instance["prompt"], tools=self._tools())

    def step(
        self,
        action: AstraAction,
        timeout_s: float | None = None,
        seed: int | None = None,
        episode_id: str | None = None,
        **_: Any,
    ) -> AstraObservation:
        """Over plain HTTP every step is an episode of its own, so `seed` and `episode_id` may come with it."""
        if self._session is None:
            self.reset(seed, episode_id)
        if self._scored is not None:
            return self._end()
        self._state.step_count += 1
        if action.type == "list_tools":
            seen = AstraObservation(tools=self._tools())
        elif action.type == "call_tool":
            seen = self._call(action)
        else:
            return self._end(action.text)
        return self._end(seen=seen) if self._state.step_count >= MOST_STEPS else seen

    @property
    def state(self) -> State:
        """`solved` is null until the end: before it, it would tell the agent which call was right."""
        session, scored = self._session, self._scored
        return State(
            episode_id=self._state.episode_id,
            step_count=self._state.step_count,
            instance_id=session and session.instance["id"],
            calls=len(session.calls) if session else 0,
            solved=scored and scored["solved"],
        )

    def _tools(self) -> list[ShownTool]:
        return [
            ShownTool(name=tool["name"], description=tool["description"], input_schema=tool["parameters"])
            for tool in self._session.instance["tools"]
        ]

    def _call(self, action: AstraAction) -> AstraObservation:
        text, is_result = self._session.call(action.tool_name, action.arguments)
        seen = AstraObservation(tool_name=action.tool_name)
        if is_result:
            seen.result = text
            return seen
        is_known = any(tool["name"] == action.tool_name for tool in self._session.instance["tools"])
        seen.error = ToolError(error_type="execution_error" if is_known else "tool_not_found", message=text)
        return seen

    def _end(self, last_words: str = "", seen: AstraObservation | None = None) -> AstraObservation:
        """When the calls cannot be made again this raises, and there is no reward."""
        if self._scored is None:
            self._scored = score(self._session.instance, self._session.calls, last_words)
        seen = seen or AstraObservation()
        seen.done, seen.reward = True, self._scored["f1"]
        seen.parts = {name: float(value) for name, value in self._scored.items() if value is not None}
        return seen


def _pick(seed: int | None, episode_id: str) -> dict[str, Any]:
    known = next((one for one in instances() if one["id"] == episode_id), None)
    if known is not None:
        return known
    drawn = int.from_bytes(hashlib.sha256(episode_id.encode()).digest()[:8], "big") if seed is None else seed
    return instances()[drawn % len(instances())]
