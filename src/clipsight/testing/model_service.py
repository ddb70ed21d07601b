"""A language model on loopback with OpenAI's protocol and no understanding: a test decides what it answers.

It speaks the chat-completions protocol over real HTTP, so everything from the client library on is the real thing.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Prompted:
    """One request as the model gets it.

    Attributes:
        rules: the system's part.
        material: the user's part, without pictures.
        pictures: JPEG files.
        schema: of the answer that is wanted; empty for plain text.
        authorization: the header, empty without one.
        body: the whole request.
    """

    rules: str
    material: str
    pictures: tuple[bytes, ...]
    schema: dict[str, Any]
    authorization: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the model answers: an object, or with ``status`` an error. ``hold`` keeps it back until it is set."""

    value: Any = None
    status: int = 200
    hold: threading.Event | None = None
    raw: str | None = None


@dataclass
class StandInModel:
    """The service. Use it as a context; ``prompts`` grows with every request."""

    answer: Callable[[Prompted], Told]
    prompts: list[Prompted] = field(default_factory=list[Prompted])

    def __enter__(self) -> Self:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                prompted = _prompted(body, self.headers.get("Authorization", ""))
                service.prompts.append(prompted)
                told = service.answer(prompted)
                if told.hold is not None:
                    told.hold.wait(60)
                reply = json.dumps(_completion(body, told)).encode()
                self.send_response(told.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"


def _prompted(body: dict[str, Any], authorization: str) -> Prompted:
    rules, material = "", ""
    pictures: list[bytes] = []
    for message in body["messages"]:
        content: Any = message["content"]
        parts: list[Any] = content if isinstance(content, list) else [{"type": "text", "text": content}]  # pyright: ignore[reportUnknownVariableType] - from JSON
        for part in parts:
            if part["type"] == "image_url":
                pictures.append(base64.b64decode(part["image_url"]["url"].partition(",")[2]))
            elif message["role"] == "user":
                material += part["text"]
            else:
                rules += part["text"] or ""
    form: dict[str, Any] = body.get("response_format") or {}
    schema: dict[str, Any] = form.get("json_schema", {}).get("schema", {})
    for tool in body.get("tools", []):
        schema = tool["function"]["parameters"]
    return Prompted(rules, material, tuple(pictures), schema, authorization, body)


def _completion(body: dict[str, Any], told: Told) -> dict[str, Any]:
    if told.status != 200:
        return {"error": {"message": "no", "type": "server_error", "code": None}}
    text = told.raw if told.raw is not None else json.dumps(told.value)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    finish = "stop"
    if body.get("tools"):
        call = {"name": body["tools"][0]["function"]["name"], "arguments": text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call-1", "type": "function", "function": call}],
        }
        finish = "tool_calls"
    words = sum(len(str(m["content"]).split()) for m in body["messages"])
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": finish, "message": message, "logprobs": None}],
        "usage": {
            "prompt_tokens": words,
            "completion_tokens": len(text.split()),
            "total_tokens": words + len(text.split()),
        },
    }
