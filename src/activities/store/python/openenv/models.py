"""What an agent sends and sees. The reward is null until the episode has ended."""
from typing import Any, Literal

from openenv.core.env_server.types import Action, Observation
from pydantic import BaseModel, Field


class AstraAction(Action):
    type: Literal["list_tools", "call_tool", "answer"] = Field(description="answer ends the episode")
    tool_name: str = Field(default="", description="of call_tool: the name of a tool")
    arguments: dict[str, Any] = Field(default_factory=dict, description="of call_tool: named arguments")
    text: str = Field(default="", description="of answer: the last words to the user")


class ShownTool(BaseModel):
    name: str
    description: str
    input_schema: dict[str, Any]


class ToolError(BaseModel):
    error_type: Literal["execution_error", "tool_not_found"]
    message: str


class AstraObservation(Observation):
    prompt: str | None = Field(default=None, description="what the user asks, after a reset")
    tools: list[ShownTool] | None = Field(default=None, description="after a reset and list_tools")
    tool_name: str | None = None
    result: str | None = Field(default=None, description="what the tool gave, as JSON text")
    error: ToolError | None = None
    parts: dict[str, float] | None = Field(default=None, description="parts of the reward, at the end")
