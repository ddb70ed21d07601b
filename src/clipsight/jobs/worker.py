"""A worker process: takes works from the queues, says that it is alive, hands on the works of the dead, tidies up."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from clipsight.jobs.bodies import AllBodies, Workshop
from clipsight.jobs.engine import DurableWorker
from clipsight.jobs.liveness import Liveness
from clipsight.jobs.port import Knobs
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


def run_worker(plan: WorkerPlan, work: Work, ready: Callable[[], None]) -> None:
    """Work until SIGTERM or SIGINT, then finish the step at hand and leave. Does not return: the process ends.

    Args:
        plan: where and how.
        work: what can be done with a video; started and closed here.
        ready: called once the worker takes works.

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
    liveness = Liveness(database, engine, worker, plan.knobs)
    liveness.enrol()
    engine.launch(AllBodies(Workshop(database, blobs, work, worker)))
    liveness.start(Pruner(database, blobs, engine, plan.retention).when_due)
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
