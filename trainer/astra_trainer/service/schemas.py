"""The JSON Schemas of the bodies, as files that a client in any language can test against."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from astra_trainer.service import wire

BODIES: dict[str, Any] = {
    "step-body": wire.StepBody,
    "publish-body": wire.PublishBody,
    "base-model-body": wire.BaseBody,
    "completion-body": wire.CompletionBody,
    "chat-body": wire.ChatBody,
    "render-body": wire.RenderBody,
    "job-body": wire.JobBody,
}


def schemas() -> dict[str, dict[str, Any]]:
    """File name → schema."""
    return {f"{name}.schema.json": TypeAdapter(body).json_schema() for name, body in BODIES.items()}


def write_schemas(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
