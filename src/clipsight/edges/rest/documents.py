"""What the server says about itself: the OpenAPI document's pieces.

The framework's document is completed in one place: every refusal in the words and media types of its dialect, with examples
that are computed from the formats' own, and links from a submit to what can be asked for afterwards.
"""

from __future__ import annotations

import http.client
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from clipsight.edges.rest.accepts import PROBLEM
from clipsight.edges.rest.reels.errors import LIMIT_TEXT
from clipsight.errors import (
    BadParameter,
    BatchKeyReused,
    BodyTooLarge,
    ClipsightError,
    EnqueueFailed,
    ForeignHost,
    IdempotencyKeyReused,
    JobExpired,
    JobNotFinished,
    NetworkError,
    StillRunning,
    TokenRequired,
    TooManyRequests,
    UnsupportedContentType,
    UrlMissing,
)
from clipsight.formats.registry import all_formats

JSON = "application/json"
MARKDOWN_TOO: dict[str, Any] = {
    "content": {"text/markdown": {"schema": {"type": "string"}}},
    "description": "JSON; once the job succeeded also Markdown, when `Accept` names `text/markdown`",
}
GATED = ("/v1/", "/api/")  # where somebody is asked who they are

# One refusal of each status, for the examples.
_EXAMPLES: dict[str, ClipsightError] = {
    "400": BadParameter(name="limit", expected="a whole number from 1 to 100"),
    "401": TokenRequired(),
    "403": ForeignHost(),
    "409": JobNotFinished(),
    "410": JobExpired(),
    "413": BodyTooLarge(limit_bytes=65_536),
    "415": UnsupportedContentType(),
    "422": IdempotencyKeyReused(),
    "429": TooManyRequests(limit=60, retry_seconds=17),
    "500": ClipsightError(),
    "503": NetworkError(),
}
# Where 409 is about a request that was sent twice.
_CONFLICTS: dict[str, ClipsightError] = {
    "/v1/jobs": StillRunning(),
    "/v1/batches": BatchKeyReused(),
    "/api/v1/reels/analyze": StillRunning(),
}
_ALWAYS = ("401", "403", "500")
_MEANING = {
    "400": "Something in the request cannot be understood",
    "401": "No token, or one that is not valid",
    "403": "A page of another site, or a token without the permission",
    "404": "There is no such job, or it is somebody else's",
    "409": "The job is under way, or it ended without evidence",
    "410": "It is no longer kept",
    "413": "The body is too large",
    "415": "The body is of another type",
    "422": "The Idempotency-Key was used for another request",
    "429": "Over a limit of the caller; `Retry-After` says when to try again, `RateLimit` what is left",
    "500": "The server failed",
    "503": "A platform could not be asked, or the server is busy; `Retry-After` says when to try again",
}
_UNPAID: dict[str, Any] = {
    "x402Version": 1,
    "accepts": [
        {
            "scheme": "exact",
            "network": "eip155:8453",
            "resource": "POST /v1/jobs",
            "payTo": "0x000000000000000000000000000000000000dEaD",
            "maxAmountRequired": "$0.10",
            "mimeType": JSON,
        }
    ],
}
_LIMIT_HEADERS: dict[str, Any] = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "Each limit: quota `q`, window `w` in seconds"},
    "RateLimit": {"schema": {"type": "string"}, "description": "What is left: `r`, and seconds until there is more: `t`"},
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457, beside the members of the dialect; in the reels dialect `status` is the word `error`",
    "required": ["type", "title", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": ["integer", "string"]},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "error": {"type": "string"},
        "message": {"type": "string"},
        "code": {"type": "string"},
    },
}


def operation_id(route: APIRoute) -> str:
    """``jobs_poll``: the dialect and the name of the function."""
    return f"{route.tags[0] if route.tags else 'server'}_{route.name}"


def form_or_json(model: type[BaseModel], *, with_format: bool) -> dict[str, Any]:
    """The request body of a submit for OpenAPI: the bodies are read by hand, so that every refusal is in our words."""
    fields: dict[str, Any] = {"file": {"type": "string", "format": "binary", "description": "mp4, mov, webm or mkv"}}
    url = "https://www.instagram.com/reel/DYa0IXPgnP5/"
    examples: dict[str, Any] = {"plain": {"summary": "A link", "value": {"url": url}}}
    if with_format:
        fields["format"] = {"type": "string", "description": "Slug of a workflow format"}
        fields["refresh"] = {"type": "boolean", "description": "Look anew, although the answer may be known"}
        for known in all_formats():
            examples[known.slug] = {"summary": known.title, "value": {"url": url, "format": known.slug}}
    fields["webhookUrl"] = {"type": "string", "description": "Told when the job has ended"}
    form = {"type": "object", "required": ["file"], "properties": fields}
    return {
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": model.model_json_schema(), "examples": examples},
                "multipart/form-data": {"schema": form},
            },
        }
    }


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        schemas: dict[str, Any] = document["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = _PROBLEM
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "ist_…"}}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
                if path.startswith(GATED) and not app.state.face.gate.this_machine_only:
                    operation["security"] = [{"token": []}]
        _link(document["paths"])
        _show(document["paths"])
        app.openapi_schema = document
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """The framework announces a refusal of its own for every route; no route makes it. Ours are added."""
    responses: dict[str, Any] = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    if not path.startswith(GATED):
        return
    reels = path.startswith("/api/")
    for status in _ALWAYS:
        responses.setdefault(status, {"description": "", "content": {JSON: {"schema": _own_schema(status, reels=reels)}}})
    for status, response in responses.items():
        if status >= "400":
            if response["description"] in {"", http.client.responses[int(status)]}:
                response["description"] = _MEANING.get(status, response["description"])
            if status == "429":
                response["headers"] = _LIMIT_HEADERS
            content = response["content"] = response.get("content", {JSON: {"schema": _own_schema(status, reels=reels)}})
            content[JSON]["examples"] = _refusals(status, method, path)
            content[PROBLEM] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "number":
            parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    operation["responses"] = dict(sorted(responses.items()))


def _own_schema(status: str, *, reels: bool) -> dict[str, Any]:
    text = {"type": "string"}
    members: dict[str, Any] = {"error": text, "code": text}
    if reels and status == "401":
        members = {"error": text}
    elif reels and status != "403":
        members = {"message": text, "status": {"const": "error"}, "code": text}
    return {"type": "object", "required": list(members), "properties": members}


def _refusals(status: str, method: str, path: str) -> dict[str, Any]:
    reels = path.startswith("/api/")
    if status == "404":
        return {"job_not_found": {"value": _not_found(reels=reels)}}
    if status == "402":
        return {"payment_required": {"value": _UNPAID}}
    error: ClipsightError = _EXAMPLES.get(status, _EXAMPLES["400"])
    if status == "409" and method == "post":
        error = _CONFLICTS.get(path, error)
    text = LIMIT_TEXT if reels and status == "429" else error.public_message
    if method == "post" and status == "400":
        error = UrlMissing()
        text = error.public_message if reels else "No url provided"
    if not reels and status == "500":
        error = EnqueueFailed() if method == "post" else error
        text = error.public_message if method == "post" else "failed to get job"
    body: dict[str, Any] = {"error": text, "code": error.code}
    if (reels and status == "401") or status == "410":
        body = {"error": text}
    elif reels and status != "403":
        body = {"message": text, "status": "error", "code": error.code}
    return {error.code: {"value": body}}


def _not_found(*, reels: bool) -> dict[str, str]:
    return {"message": "not found", "status": "error"} if reels else {"error": "Job not found"}


def _link(paths: dict[str, Any]) -> None:
    """From what a submit answers to what can be asked for afterwards."""
    submit = paths["/v1/jobs"]["post"]["responses"]
    for status in ("200", "202"):
        submit[status]["links"] = {
            operations["get"]["operationId"]: {
                "operationId": operations["get"]["operationId"],
                "parameters": {"job_id": "$response.body#/jobId"},
            }
            for path, operations in paths.items()
            if path in {"/v1/jobs/{job_id}", "/v1/jobs/{job_id}/evidence", "/v1/jobs/{job_id}/transcript.vtt"}
        }
    reel = {"operationId": "reels_poll", "parameters": {"number": "$response.body#/id"}}
    paths["/api/v1/reels/analyze"]["post"]["responses"]["202"]["links"] = {"reels_poll": reel}


def _show(paths: dict[str, Any]) -> None:
    """Examples of answers: one for every format, from the example that the format itself carries."""
    job = {"jobId": "a1b2c3d4-e5f6-4890-abcd-ef1234567890", "videoId": "DYa0IXPgnP5"}
    poll = f"/v1/jobs/{job['jobId']}"
    waiting: dict[str, Any] = {**job, "status": "pending", "progress": {"stage": "queued", "fraction": 0.0}}
    failed = {**job, "status": "failed", "error": "video download timed out", "error_code": "timeout"}
    done = {
        known.slug: {
            "summary": known.title,
            "value": {**job, "status": "success", "format": known.slug, "result": known.example_result()},
        }
        for known in all_formats()
    }
    submit = paths["/v1/jobs"]["post"]["responses"]
    submit["202"]["content"][JSON]["examples"] = {"accepted": {"value": {**job, "status": "pending", "pollUrl": poll}}}
    submit["202"]["headers"] = {
        "Location": {"schema": {"type": "string"}, "description": "The same as `pollUrl`"},
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before the first poll"},
    }
    submit["200"]["content"][JSON]["examples"] = done
    polled = paths["/v1/jobs/{job_id}"]["get"]["responses"]["200"]
    polled["content"][JSON]["examples"] = {"pending": {"value": waiting}, "failed": {"value": failed}, **done}
    polled["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "While the job is under way"}}
    accepted = {"accepted": {"value": {"id": 42, "status": "pending"}}}
    paths["/api/v1/reels/analyze"]["post"]["responses"]["202"]["content"][JSON]["examples"] = accepted
    error = {
        "id": 42,
        "url": "https://www.instagram.com/reel/DYa0IXPgnP5/",
        "status": "error",
        "error": "Video is not available",
        "result": None,
        "created_at": "2026-05-22T10:00:00Z",
        "error_code": "unavailable",
    }
    reel = paths["/api/v1/reels/{number}"]["get"]["responses"]["200"]["content"][JSON]
    reel["examples"] = {"error": {"value": error}}
