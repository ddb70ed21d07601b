"""Calls that are paid: what a job does that waits for its payment, and the sale of a submission."""

from __future__ import annotations

import logging
import threading
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from clipsight.errors import ClipsightError
from clipsight.jobs.ending import conclude_job
from clipsight.jobs.states import sources
from clipsight.payments.book import JobHooks
from clipsight.payments.till import Till
from clipsight.schema.result import Document
from clipsight.store.database import clock
from clipsight.store.jobs import job_by_id, start_job, unfinished_of_look
from clipsight.store.records import Outcome
from clipsight.store.videos import give_up_look, result_of
from clipsight.usecases.delete import CANCELLED
from clipsight.usecases.services import Services

log = logging.getLogger(__name__)

ROUND_SECONDS = 5.0  # between two looks at payments that nobody finished
LEASE = "payment"  # holder of a job for the moment in which its known answer is given


def job_hooks(services: Services) -> JobHooks:
    """A job that waits for its payment is queued, as its state says, but the engine has no work for it yet."""
    return JobHooks(release=partial(_release, services), cancel=partial(_cancel, services))


def _release(services: Services, connection: Connection, job_id: str) -> None:
    """Let the job begin, or end it at once when its answer is known."""
    job = job_by_id(connection, job_id)
    if job is None:
        return  # taken away by the operator; its payer is given a credit
    known = result_of(connection, job.look, job.format)
    if known is None or Document.model_validate_json(known[0]).video.duration > job.max_seconds:
        services.queue.enqueue(connection, job.id, job.owner)
        return
    now = clock(connection)
    start_job(connection, job.id, sources("running"), LEASE, now)
    conclude_job(connection, job.id, Outcome("succeeded", now), services.ended, lease=LEASE)


def _cancel(services: Services, connection: Connection, job_id: str) -> None:
    """End a job that never began, and the look that nobody else waits for."""
    job = job_by_id(connection, job_id)
    if job is None:
        return
    now = clock(connection)
    conclude_job(connection, job_id, Outcome("cancelled", now, CANCELLED), services.ended)
    if not unfinished_of_look(connection, job.look):
        give_up_look(connection, job.look, now)


class Reconciler:
    """A thread that finishes what a crash or a silent facilitator left, when it starts and every few seconds."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="payments", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._till.recover()
            except SQLAlchemyError:
                log.warning("payments could not be looked after; trying again", exc_info=True)
            except ClipsightError as error:
                log.warning("payments could not be looked after (%s); trying again", error.code)
            except Exception:
                # The top of the thread: without it money would stay unaccounted for.
                log.exception("looking after payments failed; trying again")
            if self._stop.wait(ROUND_SECONDS):
                return
