"""The tools of one task over MCP. Each call runs in a process of its own; with state, after all calls before it."""
import asyncio
from functools import cache
from pathlib import Path
from typing import Any, cast

import verifiers.v1 as vf
from mcp.server.mcpserver import Context, MCPServer
from mcp.types import CallToolResult, TextContent, Tool

from ..astra_play.instances import Session, load_instances


@cache
def _instances() -> dict[str, dict[str, Any]]:
    return load_instances(Path(__file__).parent.with_name("instances.jsonl"))


class AstraToolset(vf.Toolset[vf.ToolsetConfig]):
    # Tools keep the names that the task knows them by.
    TOOL_PREFIX = None

    async def setup_task(self, task: Any) -> None:
        self._session = Session(_instances()[task.instance_id])
        self._one_at_a_time = asyncio.Lock()

    def register(self, mcp: MCPServer) -> None:
        # The handlers of the protocol call these two, so that the catalogue can be another one for each task.
        server = cast(Any, mcp)
        server.list_tools = self.list_tools
        server.call_tool = self.call_tool

    async def list_tools(self) -> list[Tool]:
        tools = self._session.instance["tools"]
        return [
            Tool(name=tool["name"], description=tool["description"], input_schema=tool["parameters"]) for tool in tools
        ]

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context | None = None) -> CallToolResult:
        async with self._one_at_a_time:
            text, is_result = await asyncio.to_thread(self._session.call, name, arguments)
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=not is_result)


if __name__ == "__main__":
    AstraToolset.run()
