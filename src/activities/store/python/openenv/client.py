"""A client with a session of its own on the server: `with AstraEnv(base_url=...).sync() as env: env.reset(seed=1)`."""
from typing import Any

from openenv.core import EnvClient
from openenv.core.client_types import StepResult
from openenv.core.env_server.types import State

from .models import AstraAction, AstraObservation


class AstraEnv(EnvClient[AstraAction, AstraObservation, State]):
    def _step_payload(self, action: AstraAction) -> dict[str, Any]:
        return action.model_dump()

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[AstraObservation]:
        reward, done = payload.get("reward"), payload.get("done", False)
        observation = AstraObservation(**payload["observation"], reward=reward, done=done)
        return StepResult(observation=observation, reward=reward, done=done)

    def _parse_state(self, payload: dict[str, Any]) -> State:
        return State(**payload)
