"""A worker process: takes works from the queues, says that it is alive, hands on the works of the dead, tidies up."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from clipsight.jobs.bodies import AllBodies, ErrandBody, Workshop
from clipsight.jobs.ending import JobEnded
from clipsight.jobs.engine import DurableQueue, DurableWorker
from clipsight.jobs.liveness import Liveness
from clipsight.jobs.port import Knobs, Queue
from clipsight.jobs.retention import Pruner, Retention
from clipsight.jobs.work import Work
from clipsight.store.database import Database
from clipsight.store.places import BlobPlace, check_store, open_blobs


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """Where a worker finds its work and keeps its files, and how it goes about it."""

    database_url: str
    blobs: BlobPlace
    knobs: Knobs
    retention: Retention


@dataclass(frozen=True, slots=True)
class Company:
    """What else a worker does; put together by whoever composes the process.

    Attributes:
        ended: told of each job that ends.
        errands: what can be done beside the jobs, by name.
        chores: done once an hour.
    """

    ended: Sequence[JobEnded] = ()
    errands: Mapping[str, ErrandBody] = field(default_factory=dict[str, ErrandBody])
    chores: Sequence[Callable[[], None]] = ()


def run_worker(
    plan: WorkerPlan, work: Work, ready: Callable[[], None], company: Callable[[Database, Queue], Company]
) -> None:
    """Work until SIGTERM or SIGINT, then finish the step at hand and leave. Does not return: the process ends.

    Args:
        plan: where and how.
        work: what can be done with a video; started and closed here.
        ready: called once the worker takes works.
        company: what else is done, given the database and the queue of this process.

    Raises:
        ClipsightError: the work could not be started, for example because a model is missing or the store of files is
            not the one that the server uses.
    """
    told = _listen_for_signals()
    database = Database(plan.database_url)
    blobs = open_blobs(plan.blobs)
    check_store(database, blobs)
    worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"  # never the same twice
    work.start()
    engine = DurableWorker(database.writer, worker, plan.knobs)
    also = company(database, DurableQueue(database.writer, plan.knobs))
    liveness = Liveness(database, engine, worker, plan.knobs, also.ended)
    liveness.enrol()
    engine.launch(AllBodies(Workshop(database, blobs, work, worker, also.ended, also.errands)))
    pruner = Pruner(database, blobs, engine, plan.retention)
    pruner.do_also(also.chores)
    liveness.start(pruner.when_due)
    ready()
    told.wait()
    engine.stop()
    liveness.stop()
    work.close()
    logging.shutdown()
    os._exit(0)  # threads of the engine may still wait for jobs whose video is in the queue; Python would wait for them


def _listen_for_signals() -> threading.Event:
    told = threading.Event()

    def heard(_number: int, _frame: object) -> None:
        if told.is_set():
            os._exit(1)  # told twice: somebody is in a hurry
        told.set()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)
    return told
