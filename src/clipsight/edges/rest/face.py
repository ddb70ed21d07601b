"""What the HTTP face needs to know beyond the use cases, and the dependencies by which a route says who may call it.

A route takes one of ``AsCaller`` and its siblings; each gives the :class:`~clipsight.access.caller.Caller`, or refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from clipsight.access.caller import Caller
from clipsight.edges.rest.gate import Door, Gate, Need, OpenGate
from clipsight.edges.rest.sales import Sales
from clipsight.edges.rest.watcher import MAX_STREAMS
from clipsight.store.tokens import Scope
from clipsight.usecases.services import Services
from clipsight.usecases.tokens import Tokens

__all__ = [
    "AsAdmin",
    "AsCaller",
    "AsHolder",
    "AsPayer",
    "AsReader",
    "Caller",
    "Face",
    "OpenGate",
    "caller_of",
    "face_of",
]

_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that the routes work with.

    Attributes:
        public_url: address under which clients reach the server, without a slash at the end; None: as the request says.
        max_seconds: longest video in the jobs dialect.
        reels_max_seconds: longest video in the reels dialect.
        tokens: the tokens of this installation.
        origins: other origins whose pages may call.
        max_streams: jobs that this process follows for listeners at once.
        sales: how calls are sold, where one may pay.
    """

    services: Services
    gate: Gate
    public_url: str | None
    max_seconds: int
    reels_max_seconds: int
    tokens: Tokens | None = None
    origins: frozenset[str] = frozenset()
    max_streams: int = MAX_STREAMS
    sales: Sales | None = None

    def address(self, request: Request) -> str:
        return self.public_url or str(request.base_url).rstrip("/")


def face_of(request: Request) -> Face:
    face: Face = request.app.state.face
    return face


def _asks(scope: Scope | None = None, door: Door = "token") -> Callable[[Request], Caller]:
    def dependency(request: Request) -> Caller:
        needed: Scope = scope or ("read" if request.method in _READING else "submit")
        return face_of(request).gate.admit(request, Need(needed, door))

    return dependency


caller_of = _asks()

AsCaller = Annotated[Caller, Depends(caller_of)]
"""Whoever has a token: to read with GET and HEAD, to submit with everything else."""

AsReader = Annotated[Caller, Depends(_asks("read"))]
"""Whoever may read, whatever the method."""

AsHolder = Annotated[Caller, Depends(_asks("read", door="id"))]
"""Whoever may read the job in the path, ``job_id``. Where one may pay, the UUID of a job is its key."""

AsPayer = Annotated[Caller, Depends(_asks("submit", door="payment"))]
"""Whoever may submit, by a token or, where that is accepted, by paying."""

AsAdmin = Annotated[Caller, Depends(_asks("admin"))]
