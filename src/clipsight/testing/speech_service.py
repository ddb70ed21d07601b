"""A transcription service on loopback with OpenAI's protocol and no understanding: it says what a test tells it to say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

WAVE_HEADER = 44  # bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        path: with which it came.
        authorization: the header, empty without one.
        fields: the form, without the file; of a field that comes twice the last.
        pcm: the samples of the file, without the header of its format.
    """

    path: str
    authorization: str
    fields: dict[str, str]
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``hold`` keeps it back until it is set."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    hold: threading.Event | None = None

    @classmethod
    def saying(cls, text: str, seconds: float = 1.0, *, language: str = "english", sure: float = -0.1) -> Reply:
        """A transcript in the detailed form, its words spread evenly over ``seconds``."""
        words = text.split()
        step = seconds / max(1, len(words))
        body: dict[str, Any] = {
            "text": text,
            "language": language,
            "words": [
                {"word": word.strip(".,"), "start": number * step, "end": (number + 1) * step}
                for number, word in enumerate(words)
            ],
            "segments": [{"start": 0.0, "end": seconds, "avg_logprob": sure}],
        }
        return cls(body=json.dumps(body).encode())


class StandInService:
    """The service. Use it as a context; ``asked`` grows with every request."""

    def __init__(self, reply: Callable[[Asked], Reply]) -> None:
        self.asked: list[Asked] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                asked = _asked(self.path, self.headers.get("Authorization", ""), self.headers.get("Content-Type", ""), body)
                service.asked.append(asked)
                answer = reply(asked)
                if answer.hold is not None:
                    answer.hold.wait()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                try:
                    self.wfile.write(answer.body)
                except OSError:  # whoever asked did not wait
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _asked(path: str, authorization: str, content_type: str, body: bytes) -> Asked:
    """Reads a form as browsers and HTTP libraries send it."""
    boundary = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    fields: dict[str, str] = {}
    pcm = b""
    for part in body.split(boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = head.decode().partition('name="')[2].partition('"')[0]
        if name == "file":
            pcm = content[WAVE_HEADER:-2]
        else:
            fields[name] = content[:-2].decode()
    return Asked(path, authorization, fields, pcm)
