"""What travels between a client and the simulated platforms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

HTML = "text/html; charset=utf-8"
JSON = "application/json"
MP4 = "video/mp4"


class Delivery(StrEnum):
    """How the body of an answer arrives."""

    WHOLE = "as it should"
    STALL = "the first thousand bytes, then silence"
    DRIP = "a few bytes at a time, never idle long enough for a read timeout"
    TRUNCATED = "half of the announced bytes, then the connection closes"
    HUGE = "ten gigabytes announced"
    ENDLESS = "zeros without an end and without an announced length"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the origin saw it; header names in lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """Method, host and path, for comparing what a client asked for."""
        return f"{self.method} {self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``body`` is what would arrive if everything went well."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = Delivery.WHOLE


def page(text: str, *, status: int = 200, cookie: str | None = None) -> Reply:
    return Reply(status, text.encode(), HTML, (("Set-Cookie", cookie),) if cookie else ())


def data(value: Mapping[str, Any], *, status: int = 200, cookie: str | None = None) -> Reply:
    return Reply(status, json.dumps(value).encode(), JSON, (("Set-Cookie", cookie),) if cookie else ())


def redirect(target: str, *, status: int = 302) -> Reply:
    return Reply(status, headers=(("Location", target),))


NOT_FOUND = page("<html>nothing here</html>", status=404)
