"""Who is dead, and what becomes of their work. The engine can hand work on, but does not notice that somebody died.

Each worker says every few seconds that it is alive, by the clock of the database, and looks for works whose holder is not:
unknown, silent for too long, or a process of this machine that no longer exists. A wrong verdict costs one step, not the
truth: what the late one writes is refused, because the work has another holder by then.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol

from clipsight.errors import ClipsightError, JobPoisoned, JobTimeout
from clipsight.jobs.ending import JobEnded, conclude_job
from clipsight.jobs.port import Ending, Knobs
from clipsight.jobs.steps import failure_of
from clipsight.store.database import AWAY, Database, clock
from clipsight.store.jobs import job_by_id, unfinished_jobs
from clipsight.store.records import Outcome
from clipsight.store.tallies import tally
from clipsight.store.videos import give_up_look
from clipsight.store.workers import all_workers, beat, remove_worker

log = logging.getLogger(__name__)

RECONCILE_BEATS = 4  # beats between two comparisons of unfinished jobs with the engine

_FAILURES: dict[Ending, type[ClipsightError]] = {
    "done": ClipsightError,  # it ran to its end and left the job open, which must not be
    "broken": ClipsightError,
    "cancelled": JobTimeout,
    "poisoned": JobPoisoned,
}


class Recovering(Protocol):
    """What the engine offers for this."""

    def holders(self) -> set[str]: ...
    def recover(self, executors: Collection[str]) -> int: ...
    def endings(self, jobs: Collection[str]) -> dict[str, Ending]: ...


def this_host() -> str:
    """Names the set of processes in which a process id means something: two containers may share a host name."""
    return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"


class Liveness:
    """The thread of a worker that says it is alive and looks after the dead. ``chores`` run now and then beside it."""

    def __init__(
        self, database: Database, engine: Recovering, worker: str, knobs: Knobs, ended: Sequence[JobEnded] = ()
    ) -> None:
        self._database = database
        self._ended = ended
        self._engine = engine
        self._worker = worker
        self._knobs = knobs
        self._host = this_host()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="liveness", daemon=True)
        self._chores: list[Callable[[], None]] = []

    def enrol(self) -> None:
        """Be known as alive. To be called before the engine may give this worker anything."""
        with self._database.writing(beside_others=True) as connection:
            beat(connection, self._worker, self._host, os.getpid())

    def start(self, chore: Callable[[], None]) -> None:
        self._chores.append(chore)
        self._thread.start()

    def stop(self) -> None:
        """No longer be alive: what this worker still holds is handed on at once."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._database.writing(beside_others=True) as connection:
            remove_worker(connection, self._worker)

    def _run(self) -> None:
        turn = 0
        while not self._stop.wait(self._knobs.beat):
            try:
                self.enrol()
                self.recover()
                if turn % RECONCILE_BEATS == 0:
                    self.reconcile()
                for chore in self._chores:
                    chore()
            except AWAY:
                log.warning("the database could not be reached; trying again", exc_info=True)
            except Exception:
                # The top of the thread: a worker that no longer says it is alive would lose its work to others.
                log.exception("looking after dead workers failed; trying again")
            turn += 1

    def recover(self) -> None:
        """Hand on the works of dead workers."""
        holders = self._engine.holders() - {self._worker}
        if not holders:
            return
        dead = holders - self._alive()
        if dead and (count := self._engine.recover(dead)):
            log.warning("%d works of %d dead workers go on elsewhere", count, len(dead))
            with self._database.writing() as connection:
                tally(connection, "recoveries", count)

    def reconcile(self) -> None:
        """End jobs whose work is over without a word: out of time, given up after too many crashes, broken."""
        with self._database.reading() as connection:
            open_jobs = unfinished_jobs(connection)
        for job_id, ending in self._engine.endings(open_jobs).items():
            with self._database.writing() as connection:
                job = job_by_id(connection, job_id)
                if job is None:
                    continue
                now = clock(connection)
                outcome = Outcome("failed", now, failure_of(_FAILURES[ending]()))
                if conclude_job(connection, job_id, outcome, self._ended) is not None:
                    give_up_look(connection, job.look, now)
                    log.warning("job %s ended as %s", job_id, ending)

    def _alive(self) -> set[str]:
        with self._database.reading() as connection:
            known, now = all_workers(connection), clock(connection)
        return {
            worker.id
            for worker in known
            if now - worker.seen_at <= self._knobs.ttl * 1000 and (worker.host != self._host or _exists(worker.pid))
        }


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
