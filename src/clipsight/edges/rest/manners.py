"""What every HTTP server owes its clients whatever the route: HEAD, OPTIONS, and paths with a slash at their end."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import Match

from clipsight.edges.rest.asgi import Application, Message, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")  # those that a route may have


def allowed(application: FastAPI, scope: Scope) -> list[str]:
    """The methods of a path; empty when there is no such path. The framework names those of one route only."""
    found = [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in application.router.routes)
    ]
    if "GET" in found:
        found.insert(found.index("GET") + 1, "HEAD")
    return [*found, "OPTIONS"] if found else []


class Manners:
    """A layer around the routes.

    HEAD is GET without the body. OPTIONS tells the methods. A slash at the end of a path changes nothing; a redirect would
    make some clients drop the body of a POST.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            scope = {**scope, "path": path[:-1]}
        if scope["method"] == "OPTIONS" and (methods := allowed(scope["app"], scope)):
            await Response(status_code=204, headers={"Allow": ", ".join(methods)})(scope, receive, send)
        elif scope["method"] == "HEAD":
            await _head(self._app, scope, send)
        else:
            await self._app(scope, receive, send)


async def _head(app: Application, scope: Scope, send: Send) -> None:
    """Ask for the page and send its head alone. To the route it looks as if the client had hung up after the head."""
    answered = False

    async def nothing_more() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False} if not answered else {"type": "http.disconnect"}

    async def head_only(message: Message) -> None:
        nonlocal answered
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            answered = True

    await app({**scope, "method": "GET"}, nothing_more, head_only)
