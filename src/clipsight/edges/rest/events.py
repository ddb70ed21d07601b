"""Server-sent events (WHATWG HTML, section 9.2): an answer that goes on until the job is over."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from clipsight.edges.rest.watcher import Follower, Watcher
from clipsight.jobs.states import FINAL
from clipsight.store.records import Standing

log = logging.getLogger(__name__)

HEARTBEAT = 15.0  # seconds of silence after which a comment is sent; proxies give up idle connections after 30 to 60
SEND_PATIENCE = 30.0  # seconds that a listener may leave what was sent unread
COME_BACK_MILLISECONDS = 2000  # after which a browser connects again when the connection broke

HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would gather the events otherwise
}

Body = Mapping[str, Any]


def event(kind: str, mark: str, body: Body) -> bytes:
    """One event on the wire. JSON has no line breaks, so one line of data is enough."""
    return f"event: {kind}\nid: {mark}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


class JobEvents(Response):
    """Tells each change of a job, and at the end its outcome.

    Args:
        watcher: who was asked to follow the job; told when the listener is gone.
        follower: what it gave.
        first: how the job stands.
        told: the number of the last event that the listener has had.
        during: the body of an event while the job is under way.
        outcome: the body of the last event.
    """

    media_type = "text/event-stream"
    charset = "utf-8"

    def __init__(
        self,
        watcher: Watcher,
        follower: Follower,
        first: Standing,
        *,
        told: str | None,
        during: Callable[[Standing], Body],
        outcome: Callable[[], Awaitable[Body]],
    ) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]  # nobody knows it
        self._watcher = watcher
        self._follower = follower
        self._told = told
        self._during = during
        self._outcome = outcome
        follower.tell(first)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        tasks: list[asyncio.Task[None]] = []
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            tasks = [asyncio.create_task(self._tell(send)), asyncio.create_task(_gone(receive))]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except TimeoutError:
            log.info("a listener did not read what it was told, and is left")
        finally:
            for task in tasks:
                task.cancel()
            self._watcher.leave(self._follower)

    async def _tell(self, send: Send) -> None:
        await _send(send, f"retry: {COME_BACK_MILLISECONDS}\n\n".encode())
        while not await self._news(send):
            pass
        await _send(send, b"", more=False)

    async def _news(self, send: Send) -> bool:
        """Tell the next change; True when it was the last."""
        if not await self._follower.news(HEARTBEAT):
            await _send(send, b": still here\n\n")
            return False
        standing = self._follower.standing
        if standing is None:
            await _send(send, event("gone", "gone", {"error": "Job not found"}))
        elif standing.state in FINAL:
            await _send(send, event("done", standing.mark, await self._outcome()))
            return True
        elif not self._follower.over and standing.mark != self._told:
            await _send(send, event("progress", standing.mark, self._during(standing)))
        return self._follower.over


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    """Raises :class:`TimeoutError` when the listener does not read."""
    async with asyncio.timeout(SEND_PATIENCE):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
