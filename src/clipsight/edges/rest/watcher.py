"""Follows jobs for all open streams of this process: one question to the database for all of them, twice a second.

The database is asked because the workers are other processes, perhaps on other machines; it is asked only while somebody
listens, and once, however many listen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from clipsight.errors import TooManyStreams
from clipsight.store.records import Standing

log = logging.getLogger(__name__)

STEP = 0.5  # seconds between two questions; progress is noted no more often
MAX_STREAMS = 1000  # open at once in one process, unless the operator says otherwise


class Follower:
    """What one stream knows of its job. Keeps the newest standing only: a slow listener misses steps, never the end."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        self.standing: Standing | None = None
        self.over = False
        self._news = asyncio.Event()

    def tell(self, standing: Standing | None) -> None:
        """The job stands so now; None when it is gone."""
        if standing is None:
            self.over = True
        elif self.standing is not None and self.standing.mark == standing.mark:
            return
        self.standing = standing
        self._news.set()

    def end(self) -> None:
        """Nothing more will be told."""
        self.over = True
        self._news.set()

    async def news(self, patience: float) -> bool:
        """Wait for something new; False when there was nothing for so many seconds."""
        try:
            await asyncio.wait_for(self._news.wait(), patience)
        except TimeoutError:
            return False
        self._news.clear()
        return True


class Watcher:
    """One per process. All methods are to be called on the event loop.

    Args:
        ask: how far these jobs are; blocks, and leaves out those that are gone.
        limit: streams at once.
        step: seconds between two questions.
    """

    def __init__(
        self, ask: Callable[[Collection[str]], Mapping[str, Standing]], limit: int = MAX_STREAMS, step: float = STEP
    ) -> None:
        self._ask = ask
        self._limit = limit
        self._step = step
        self._followers: dict[str, list[Follower]] = {}
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def open(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._followers.values()))

    def follow(self, job_id: str) -> Follower:
        """Begin to follow a job; to be ended with :meth:`leave`.

        Raises:
            TooManyStreams: as many are open as may be, or the server is about to stop.
        """
        if self._closed or self.open >= self._limit:
            raise TooManyStreams
        follower = Follower(job_id)
        self._followers.setdefault(job_id, []).append(follower)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return follower

    def leave(self, follower: Follower) -> None:
        group = self._followers.get(follower.job_id, [])
        if follower in group:
            group.remove(follower)
        if not group:
            self._followers.pop(follower.job_id, None)

    def close(self) -> None:
        """End all streams: the server stops. Whoever listens comes back with the number of the last event."""
        self._closed = True
        for group in self._followers.values():
            for follower in group:
                follower.end()

    async def _run(self) -> None:
        try:
            while self._followers:
                await self._round()
                await asyncio.sleep(self._step)
        finally:
            self._task = None

    async def _round(self) -> None:
        ids = list(self._followers)
        try:
            found = await run_in_threadpool(self._ask, ids)
        except SQLAlchemyError:
            log.warning("the standing of jobs could not be read; trying again", exc_info=True)
            return
        for job_id in ids:
            for follower in self._followers.get(job_id, []):
                follower.tell(found.get(job_id))
