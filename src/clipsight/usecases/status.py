"""What became of a job."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Connection

from clipsight.errors import JobExpired, JobFailed, JobNotFinished, JobNotFound
from clipsight.jobs.retention import GRACE_MILLISECONDS
from clipsight.jobs.states import FINAL
from clipsight.schema.result import Document
from clipsight.store.database import clock
from clipsight.store.jobs import job_by_id, job_by_number
from clipsight.store.records import Dialect, JobRecord
from clipsight.store.videos import result_of
from clipsight.usecases.services import Services

JobName = int | uuid.UUID
"""A job is known by its number, to its owner, and by its id, to whoever was told."""

ANYBODY = "*"
"""Owner to ask for a job as whoever knows its UUID, where that is enough."""

GREATEST_NUMBER = 2**63 - 1  # of what the database can hold


@dataclass(frozen=True, slots=True)
class Account:
    """A job, with its document once it succeeded, and when that was made (milliseconds since 1970)."""

    job: JobRecord
    document: Document | None = None
    made_at: int | None = None


def job_account(services: Services, owner: str, name: JobName, dialect: Dialect | None = None) -> Account:
    """The job as it is now.

    Raises:
        JobNotFound: there is no such job, it is somebody else's, or it was not submitted in this dialect.
        JobExpired: it succeeded, but its result is no longer kept.
    """
    with services.database.reading() as connection:
        job = find_job(connection, owner, name, dialect)
        if job.state != "succeeded":
            return Account(job)
        result = result_of(connection, job.look, job.format)
    if result is None:
        raise JobExpired
    return Account(job, Document.model_validate_json(result[0]), result[1])


def expiring_account(services: Services, owner: str, name: JobName) -> Account:
    """As :func:`job_account`, but the job answers for a limited time only.

    Raises:
        JobExpired: the time of the job has run out.
        JobNotFound: ... more than a day ago, or it never was.
    """
    with services.database.reading() as connection:
        job, now = find_job(connection, owner, name), clock(connection)
    if now >= job.expires_at + GRACE_MILLISECONDS:
        raise JobNotFound
    if now >= job.expires_at:
        raise JobExpired
    return job_account(services, owner, name)


def find_job(connection: Connection, owner: str, name: JobName, dialect: Dialect | None = None) -> JobRecord:
    """The job of that name.

    Args:
        connection: to the database.
        owner: who asks; :data:`ANYBODY` for whoever knows the UUID.
        name: which job.
        dialect: the one in which it must have been submitted; None for any.

    Raises:
        JobNotFound: it is not there, not the owner's, or not of this dialect.
    """
    if isinstance(name, uuid.UUID):
        job = job_by_id(connection, str(name))
        known = owner == ANYBODY
    else:
        job = job_by_number(connection, name) if 0 < name <= GREATEST_NUMBER else None
        known = False
    if job is None or not (known or job.owner == owner) or dialect not in (None, job.dialect):
        raise JobNotFound
    return job


def finished(account: Account) -> Document:
    """The document of a job that succeeded.

    Raises:
        JobNotFinished: it is under way.
        JobFailed: it ended without one; asking again does not help.
    """
    if account.document is not None:
        return account.document
    job = account.job
    if job.state not in FINAL:
        raise JobNotFinished
    raise JobFailed if job.error is None else JobFailed(why=job.error.message, why_code=job.error.code)
