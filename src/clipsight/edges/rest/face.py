"""What the HTTP face needs to know beyond the use cases, and who may call it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request

from clipsight.errors import ForeignHost
from clipsight.usecases.services import Services

# Names under which a browser reaches this machine and nothing else. Any other name may be one that a page of another site
# has pointed at us.
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. ``owner`` is the name under which jobs are kept."""

    owner: str


class Gate(Protocol):
    """Decides who may come in. Raises an error of the tree for whoever may not."""

    def admit(self, request: Request) -> Caller: ...


class OpenGate:
    """Everybody on this machine is the same caller."""

    def admit(self, request: Request) -> Caller:
        """Raises :class:`ForeignHost` for a page of another site, and for names that are not this machine's."""
        host = request.headers.get("host", "")
        if not _LOOPBACK.fullmatch(host):
            raise ForeignHost
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            raise ForeignHost
        return Caller("local")


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that the routes work with.

    Attributes:
        public_url: address under which clients reach the server, without a slash at the end; None: as the request says.
        max_seconds: longest video in the jobs dialect.
        reels_max_seconds: longest video in the reels dialect.
    """

    services: Services
    gate: Gate
    public_url: str | None
    max_seconds: int
    reels_max_seconds: int

    def address(self, request: Request) -> str:
        return self.public_url or str(request.base_url).rstrip("/")


def face_of(request: Request) -> Face:
    face: Face = request.app.state.face
    return face


def caller_of(request: Request) -> Caller:
    """The caller that the gate let in; a dependency of every route but the public ones."""
    return face_of(request).gate.admit(request)
