"""How blocking work becomes a step: in a thread, stopped when its work is cancelled, its failure put in words."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import TypeVar

from clipsight.errors import ClipsightError, JobCancelled
from clipsight.jobs.port import Remembered, Run
from clipsight.store.database import AWAY, Database, patiently
from clipsight.store.records import Failure, Look
from clipsight.store.videos import note_progress

log = logging.getLogger(__name__)

PROGRESS_STEP = 0.5  # seconds between two notes of progress; each is a commit to the disk

# Failures that another try a moment later often cures, and how long to wait before each. The wait holds the worker's slot,
# so it is short; a platform that limits us needs minutes, which is the caller's business. A fetch that ran out of time is
# not tried again: its time is what the operator allows for all tries together.
CURED_BY_TRYING = frozenset({"network", "perception_crashed", "analysis", "internal", "blob_store_unavailable"})
PAUSES = {"fetch": (1.0, 2.0), "perceive": (1.0,), "analyse": (1.0,)}

T = TypeVar("T")


class Superseded(Exception):
    """Another worker holds this work by now, or it was cancelled; what was found here is dropped."""


async def in_thread(blocking: Callable[[threading.Event], T]) -> T:
    """Run it beside the event loop. When the step is cancelled its event is set, and its end is waited for."""
    cancel = threading.Event()
    context = copy_context()  # what the log says its lines are about
    future = asyncio.get_running_loop().run_in_executor(None, lambda: context.run(blocking, cancel))
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        cancel.set()
        await asyncio.wait([future])
        if not future.cancelled():
            future.exception()
        raise


async def attempt(run: Run, name: str, blocking: Callable[[threading.Event], Remembered]) -> Failure | None:
    """Run a step until it succeeds, has failed for good, or has used up its tries. Returns why it failed, if it did."""

    async def once() -> Remembered:
        return await in_thread(lambda cancel: _outcome(name, blocking, cancel))

    failure: Failure | None = None
    for pause in (*PAUSES.get(name, ()), None):
        failure = from_remembered(await run.step(name, once))
        if failure is None or pause is None or failure.code not in CURED_BY_TRYING:
            return failure
        await run.pause(pause)
    return failure


def step_of(blocking: Callable[[], Remembered]) -> Callable[[], Awaitable[Remembered]]:
    """A short blocking function as the function of a step. It is run again when the database goes away in the middle."""

    async def run() -> Remembered:
        return await in_thread(lambda _cancel: patiently(blocking))

    return run


def failure_of(error: ClipsightError) -> Failure:
    return Failure(error.code, error.public_message, error.retryable)


def to_remembered(failure: Failure | None) -> Remembered:
    """A failure as a step or a look may return it; nothing when there is none."""
    if failure is None:
        return {}
    return {"failed": failure.code, "message": failure.message, "retryable": failure.retryable}


def from_remembered(remembered: Remembered) -> Failure | None:
    """The inverse of :func:`to_remembered`."""
    code = remembered.get("failed")
    return Failure(str(code), str(remembered["message"]), bool(remembered["retryable"])) if code else None


class ProgressNotes:
    """Writes down how far a look is, not too often. May be called from any one thread at a time.

    A look that is no longer this worker's is cancelled on that occasion.
    """

    def __init__(self, database: Database, look: Look, worker: str, cancel: threading.Event) -> None:
        self._database = database
        self._look = look
        self._worker = worker
        self._cancel = cancel
        self._next = 0.0
        self._fraction = 0.0

    def __call__(self, stage: str, fraction: float) -> None:
        self._fraction = max(self._fraction, min(fraction, 1.0))
        if time.monotonic() < self._next:
            return
        try:
            with self._database.writing(beside_others=True) as connection:
                held = note_progress(connection, self._look, self._worker, stage, round(self._fraction, 3))
        except AWAY:
            log.warning("progress could not be written down: the database cannot be reached")
        else:
            if not held:
                self._cancel.set()
        self._next = time.monotonic() + PROGRESS_STEP


def _outcome(name: str, blocking: Callable[[threading.Event], Remembered], cancel: threading.Event) -> Remembered:
    try:
        return blocking(cancel)
    except JobCancelled as error:
        raise Superseded from error
    except ClipsightError as error:
        log.info("%s failed: %s", name, error.code, exc_info=error.__cause__)
        return to_remembered(failure_of(error))
    except Superseded:
        raise
    except Exception:
        # The top of a step: whatever it is must end this job with a code, not the worker.
        log.exception("%s stopped with an error that nobody foresaw", name)
        return to_remembered(failure_of(ClipsightError()))
