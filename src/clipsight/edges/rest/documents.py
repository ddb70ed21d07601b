"""What the server says about itself: the OpenAPI document's pieces."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

MARKDOWN_TOO: dict[str, Any] = {
    "content": {"text/markdown": {"schema": {"type": "string"}}},
    "description": "JSON; once the job succeeded also Markdown, when `Accept` names `text/markdown`",
}


def form_or_json(model: type[BaseModel], *, with_format: bool) -> dict[str, Any]:
    """The request body of a submit for OpenAPI: the bodies are read by hand, so that every refusal is in our words."""
    fields: dict[str, Any] = {"file": {"type": "string", "format": "binary", "description": "mp4, mov, webm or mkv"}}
    if with_format:
        fields["format"] = {"type": "string", "description": "Slug of a workflow format"}
    fields["webhookUrl"] = {"type": "string", "description": "Told when the job has ended"}
    form = {"type": "object", "required": ["file"], "properties": fields}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": model.model_json_schema()},
                "multipart/form-data": {"schema": form},
            },
        }
    }


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document. The framework announces a refusal of its own for every route; no route makes it."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(name, None)
        app.openapi_schema = document
    return app.openapi_schema
