"""How each stage ended, and how long it was busy."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from clipsight.errors import ClipsightError, MediaError, OutOfMemory, StageFailed
from clipsight.schema.result import Stage, StageName

T = TypeVar("T")

log = logging.getLogger(__name__)


class StageRun:
    """The record of one stage while it runs.

    A stage that fails is out: later calls do nothing, the other stages go on, and the record says so.
    """

    def __init__(self, name: StageName, backend: str | None = None) -> None:
        self.name: StageName = name
        self.backend = backend
        self.seconds = 0.0
        self._skipped: str | None = None
        self._failure: ClipsightError | None = None
        self._remark: tuple[str, str] | None = None

    @property
    def active(self) -> bool:
        return self._skipped is None and self._failure is None

    def skip(self, reason: str) -> None:
        self._skipped = reason

    def remark(self, code: str, reason: str) -> None:
        """Something the reader must know about a stage that is ``ok`` all the same."""
        self._remark = (code, reason)

    @contextmanager
    def busy(self) -> Generator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - started

    def attempt(self, work: Callable[[], T], otherwise: T) -> T:
        """Do a part of the stage; a failure is recorded and gives ``otherwise``.

        Raises:
            MediaError: the file itself is at fault, which ends the whole job, not the stage; so does a lack of memory.
        """
        if not self.active:
            return otherwise
        with self.busy():
            try:
                return work()
            except MediaError:
                raise
            except MemoryError as error:
                raise OutOfMemory from error
            except ClipsightError as error:
                self.fail(error)
            except Exception as error:  # the top of a stage: recorded in the result, never swallowed
                log.exception("stage %s failed", self.name)
                failure = StageFailed()
                failure.__cause__ = error
                self.fail(failure)
        return otherwise

    def fail(self, error: ClipsightError) -> None:
        self._failure = error

    def done(self) -> Stage:
        if self._failure is not None:
            status, reason, code = "failed", self._failure.public_message, self._failure.code
        elif self._skipped is not None:
            status, reason, code = "skipped", self._skipped, None
        elif self._remark is not None:
            status, reason, code = "ok", self._remark[1], self._remark[0]
        else:
            status, reason, code = "ok", None, None
        return Stage(
            name=self.name,
            status=status,
            reason=reason,
            code=code,
            seconds=self.seconds,
            backend=None if status == "skipped" else self.backend,
        )
