"""Take a job away: what runs is stopped, and with the last job of a video go its evidence and files."""

from __future__ import annotations

from clipsight.errors import JobCancelled
from clipsight.jobs.ending import conclude_job
from clipsight.jobs.retention import discard_video_if_unused
from clipsight.jobs.states import FINAL
from clipsight.store.database import clock
from clipsight.store.jobs import delete_job as delete_row
from clipsight.store.jobs import unfinished_of_look
from clipsight.store.records import Dialect, Failure, Look, Outcome
from clipsight.store.submissions import settle_seconds
from clipsight.store.videos import give_up_look
from clipsight.usecases.services import Services
from clipsight.usecases.status import JobName, find_job

CANCELLED = Failure(JobCancelled.code, JobCancelled.message)


def delete_job(services: Services, owner: str, name: JobName, dialect: Dialect | None = None) -> None:
    """Other jobs of the same video are not disturbed.

    Raises:
        JobNotFound: there is no such job, or it was not submitted in this dialect.
    """
    stopped: list[Look] = []
    with services.database.writing() as connection:
        job = find_job(connection, owner, name, dialect)
        now = clock(connection)
        conclude_job(connection, job.id, Outcome("cancelled", now, CANCELLED), services.ended)
        if job.state == "queued":
            settle_seconds(connection, job.id, 0)  # nothing was looked at for it
        if not unfinished_of_look(connection, job.look) and give_up_look(connection, job.look, now):
            stopped.append(job.look)
        delete_row(connection, job.id)
        discard_video_if_unused(connection, services.blobs, job.video_key)
    if job.state not in FINAL:
        services.queue.cancel(jobs=[job.id], looks=stopped)
