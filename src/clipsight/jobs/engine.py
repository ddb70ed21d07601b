"""The durable engine behind :mod:`clipsight.jobs.port`: DBOS Transact. Nothing else imports ``dbos``.

Its tables live in the same database as ours, so that a job and the work for it are committed together.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Generator
from contextlib import contextmanager
from datetime import datetime
from math import ceil
from typing import Any, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, PortableWorkflowError, error
from sqlalchemy import Connection, Engine

from clipsight.jobs.port import Bodies, Ended, Ending, Knobs, Remembered
from clipsight.jobs.steps import from_remembered, to_remembered
from clipsight.store.records import Errand, Look

APPLICATION = "clipsight"
# Otherwise a hash of the workflows' source, and after an upgrade nobody would go on with what was under way.
APPLICATION_VERSION = "1"
FORGET_BATCH = 500  # works per statement
MAX_RECOVERIES = 2  # after the first try: a look that stops its worker three times is not tried again
# A job mostly waits, beside whatever stops its worker, so its own moves are not blamed on it; its body counts what it did.
MAX_MOVES = 1000

_ENDINGS: dict[str, Ending] = {
    "SUCCESS": "done",
    "CANCELLED": "cancelled",
    "ERROR": "broken",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "poisoned",
}

R = TypeVar("R", bound=Remembered)


def prepare(url: str) -> None:
    """Create or upgrade the engine's own tables."""
    _quiet()
    DBOS.migrate(url)


class DurableQueue:
    """:class:`clipsight.jobs.port.Queue` for processes that run no work."""

    def __init__(self, writer: Engine, knobs: Knobs) -> None:
        _quiet()
        self._knobs = knobs
        self._client = DBOSClient(
            system_database_engine=writer, serializer=DBOSPortableJSONSerializer(), application_name=APPLICATION
        )

    def enqueue(self, connection: Connection, job_id: str, owner: str) -> None:
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": "job",
                "queue_name": "jobs",
                "workflow_id": job_id,
                "queue_partition_key": owner,
                "workflow_timeout": self._knobs.job_timeout,
            },
            job_id,
        )

    def run_later(self, connection: Connection, errand: Errand, delay: float) -> None:
        options: EnqueueOptions = {
            "workflow_name": "errand",
            "queue_name": "errands",
            "workflow_id": f"errand:{errand.name}:{errand.key}:{errand.turn}",
            "queue_partition_key": errand.owner,
        }
        if delay > 0:
            options["delay_seconds"] = delay
        name, key, turn, owner = errand.name, errand.key, errand.turn, errand.owner
        self._client.enqueue_in_transaction(connection, options, name, key, turn, owner)

    def cancel(self, *, jobs: Collection[str] = (), looks: Collection[Look] = ()) -> None:
        if names := [*jobs, *map(_look_id, looks)]:
            self._client.cancel_workflows(names)

    def endings(self, jobs: Collection[str]) -> dict[str, Ending]:
        return _endings(self._client.list_workflows, jobs)

    def close(self) -> None:
        self._client.destroy()


class DurableWorker:
    """Runs works in this process. There can be one in a process."""

    def __init__(self, writer: Engine, executor: str, knobs: Knobs) -> None:
        _quiet()
        self._knobs = knobs
        self._steps = _Steps()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": writer.url.render_as_string(hide_password=False),
            "system_database_engine": writer,
            "executor_id": executor,
            "application_version": APPLICATION_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "use_listen_notify": False,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": knobs.poll * 4,  # nothing here sends notifications
        }
        DBOS(config=config)

    def launch(self, bodies: Bodies) -> None:
        """Begin to take works from the queues."""
        knobs, steps = self._knobs, self._steps

        async def job(job_id: str) -> None:
            await bodies.job(_DurableRun(knobs, steps), job_id)

        async def look(key: str, generation: int) -> Remembered:
            return to_remembered(await bodies.look(_DurableRun(knobs, steps), Look(key, generation)))

        async def errand(name: str, key: str, turn: int, owner: str) -> None:
            await bodies.errand(_DurableRun(knobs, steps), Errand(name, key, turn, owner))

        DBOS.workflow(name="errand", max_recovery_attempts=MAX_RECOVERIES)(errand)
        DBOS.workflow(name="job", max_recovery_attempts=MAX_MOVES)(job)
        DBOS.workflow(name="look", max_recovery_attempts=MAX_RECOVERIES)(look)
        DBOS.launch()
        DBOS.register_queue(
            "jobs",
            worker_concurrency=knobs.light,
            partition_concurrency=knobs.per_owner,
            polling_interval_sec=knobs.poll,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            "errands",
            worker_concurrency=knobs.errands,
            partition_concurrency=knobs.errands_per_owner,
            polling_interval_sec=knobs.poll,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            "looks",
            worker_concurrency=1,  # one perception process per worker
            partition_concurrency=knobs.per_platform,
            polling_interval_sec=knobs.poll,
            on_conflict="always_update",
        )

    def holders(self) -> set[str]:
        """Executors that hold works under way."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {workflow.executor_id for workflow in pending if workflow.executor_id is not None}

    def recover(self, executors: Collection[str]) -> int:
        """Put the works of dead executors back on their queues; returns how many those were.

        The engine has the means but no failure detector; the call is not public, hence only here, pinned and tested.
        """
        if not executors:
            return 0
        return len(DBOS._recover_pending_workflows(sorted(executors)))  # pyright: ignore[reportPrivateUsage]

    def endings(self, jobs: Collection[str]) -> dict[str, Ending]:
        return _endings(DBOS.list_workflows, jobs)

    def forget_before(self, moment: datetime) -> int:
        """Drop what the engine remembers of works that were over by then; returns of how many."""
        over = DBOS.list_workflows(
            completed_before=moment.isoformat(), limit=FORGET_BATCH, load_input=False, load_output=False
        )
        DBOS.delete_workflows([workflow.workflow_id for workflow in over])
        return len(over)

    def cancel(self, *, jobs: Collection[str] = (), looks: Collection[Look] = ()) -> None:
        if names := [*jobs, *map(_look_id, looks)]:
            DBOS.cancel_workflows(names)

    def stop(self) -> None:
        """Take no more works, and wait for the steps at hand, as long as the drain allows. The rest goes on elsewhere."""
        patience = self._knobs.drain
        # The engine waits for all that is under way; a job that waits for its video in the queue has nothing to finish.
        threading.Thread(
            target=DBOS.destroy, kwargs={"workflow_completion_timeout_sec": ceil(patience)}, daemon=True
        ).start()
        self._steps.wait_until_none(patience)


class _Steps:
    """Counts the steps at hand, until what they returned is kept."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    @contextmanager
    def one(self) -> Generator[None]:
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait_until_none(self, patience: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, patience)


class _DurableRun:
    """:class:`clipsight.jobs.port.Run` inside of a workflow."""

    def __init__(self, knobs: Knobs, steps: _Steps) -> None:
        self._knobs = knobs
        self._steps = steps

    async def step(self, name: str, function: Callable[[], Awaitable[R]]) -> R:
        async def run() -> R:
            return await function()

        with self._steps.one():
            return await DBOS.run_step_async({"name": name, "preemptible": True}, run)

    async def look(self, look: Look, platform: str) -> Ended:
        handle: Any = await DBOS.enqueue_workflow_with_options_async(
            {
                "workflow_name": "look",
                "queue_name": "looks",
                "workflow_id": _look_id(look),
                "queue_partition_key": platform,
                "workflow_timeout": self._knobs.look_timeout,
            },
            look.key,
            look.generation,
        )
        try:
            remembered: Remembered = await handle.get_result(polling_interval_sec=self._knobs.poll / 2)
        except error.DBOSAwaitedWorkflowCancelledError:
            return Ended("cancelled")
        except error.DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded:
            return Ended("poisoned")
        except (error.DBOSException, PortableWorkflowError):
            logging.getLogger(__name__).exception("a look ended with an error of the engine")
            return Ended("broken")
        return Ended("done", from_remembered(remembered))

    async def pause(self, seconds: float) -> None:
        await DBOS.sleep_async(seconds)


def _endings(list_workflows: Callable[..., list[Any]], jobs: Collection[str]) -> dict[str, Ending]:
    if not jobs:
        return {}
    over = list_workflows(workflow_ids=list(jobs), status=list(_ENDINGS), load_input=False, load_output=False)
    return {workflow.workflow_id: _ENDINGS[workflow.status] for workflow in over}


def _look_id(look: Look) -> str:
    """The same look always has the same name, so that it is run once however many jobs ask for it."""
    return f"look:{look.key}:{look.generation}"


class _NoCancellations(logging.Filter):
    """Drops what the engine reports as errors although somebody wished it: works that were cancelled."""

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        return not isinstance(raised, (error.DBOSAwaitedWorkflowCancelledError, error.DBOSWorkflowCancelledError))


_NO_CANCELLATIONS = _NoCancellations()


def _quiet() -> None:
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.ERROR)
    logger.addFilter(_NO_CANCELLATIONS)  # adding it again changes nothing
