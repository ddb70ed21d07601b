"""The end of a job: brought to its final state, and told to whoever must know, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from clipsight.jobs.logs import about
from clipsight.jobs.states import sources
from clipsight.store.jobs import end_job, job_by_id
from clipsight.store.records import JobRecord, Outcome

log = logging.getLogger(__name__)

JobEnded = Callable[[Connection, JobRecord], None]
"""Told that a job has ended, in the transaction that ends it: what it writes is kept with the end, or not at all."""


def conclude_job(
    connection: Connection, job_id: str, outcome: Outcome, hooks: Sequence[JobEnded], *, lease: str | None = None
) -> JobRecord | None:
    """End a job and tell the hooks; the job as it is then, or None when it was over before or is somebody else's.

    With a ``lease`` it is done only while this holder works on the job.
    """
    if not end_job(connection, job_id, sources(outcome.state), outcome, lease=lease):
        return None
    job = job_by_id(connection, job_id)
    if job is not None:
        with about(job=job.id, owner=job.owner):
            log.info("job %s%s", job.state, f": {job.error.code}" if job.error is not None else "")
        for hook in hooks:
            hook(connection, job)
    return job
